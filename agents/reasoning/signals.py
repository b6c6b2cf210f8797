"""Rules that read urgency off a text. They do not decide: each is one more feature; training says what it is worth."""

import re

_RULES = {
    "everyone is affected": r"\b(all|every|whole|entire|none|nobody|no one|everybody|everyone|anyone)\b.{0,30}"
    r"\b(users?|staff|team|company|office|shops?|stores?|branches|customers?|people|can(no|')?t|agents|work)\b",
    "work has stopped": r"\b(down|outage|stand(s|ing)? still|standstill|has stopped|cannot work|can't work|"
    r"can not work|locked out|lockout|unavailable|frozen|blind|dead|suspended)\b",
    "something is being lost": r"\b(data loss|losing|lost (two|the|our|work|data)|deleting|overwrit\w+|vanished|"
    r"disappeared|being deleted|idle)\b",
    "people could be harmed": r"\b(patients?|hospital|medication|medicine|doctors?|emergency|smok(e|ing)|danger\w*|"
    r"injur\w+)\b",
    "data is exposed": r"\b(breach|leak(ed)?|exposed|hacked|stolen|publicly|openly|indexed|hijack\w*)\b",
    "time is short": r"\b(today|tonight|tomorrow|in (an|one|two) hours?|in \d+ minutes|within hours|deadline|by noon|"
    r"this morning|at once|before (saturday|monday|friday))\b",
    "says it is urgent": r"\b(urgent(ly)?|asap|immediately|right now|as soon as possible|emergency|act now)\b|!{2,}",
    "no hurry": r"\b(no rush|no hurry|not urgent|whenever|minor|nice to have|small|when you have time)\b",
    "is a question": r"^\W*(hi|hello|hey)?\W*(how|where|what|which|when|can|could|do|does|is|are)\b",
}
_COMPILED = tuple((name, re.compile(rule, re.IGNORECASE | re.DOTALL)) for name, rule in _RULES.items())
_LOOKED_AT = 5_000


def urgency_signals(text: str) -> tuple[str, ...]:
    """The names of the rules that fit the beginning of the text."""
    start = text[:_LOOKED_AT]
    return tuple(name for name, rule in _COMPILED if rule.search(start))
