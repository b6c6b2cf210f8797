"""Looks for dates, amounts and identifiers in a text and offers candidates: two that are equally likely are both shown.

What a value means is told by the words beside it; `Field.words` are those words. Kinds: date, amount, currency,
identifier, iban, email.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from agents.core.errors import InvalidInput
from agents.core.reasoning import MAX_TEXT, Candidate, Extraction, Field
from agents.reasoning.values import amounts_in, currencies_in, dates_in, ibans_in

_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b")
_IDENTIFIER = re.compile(r"(?<![\w.,])(?=[\w/.-]*\d)[A-Z0-9][\w/.-]{2,30}(?<![.-])", re.IGNORECASE)
_MOST_LINES = 3_000
_SHOWN = 5

Found = tuple[str, int, float, str]
"""Normal form, where it starts in the line, how sure the form is (0 to 1), and why."""


def find_fields(text: str, fields: Sequence[Field]) -> Extraction:
    """Candidates for each field, best first. Raises `InvalidInput` for an unknown kind."""
    lines = text[:MAX_TEXT].splitlines()[:_MOST_LINES]
    words: dict[str, list[str]] = {}
    for field in fields:
        words.setdefault(field.kind, []).extend(field.words)
    return Extraction(fields={field.name: _candidates(lines, field, words[field.kind]) for field in fields})


def _candidates(lines: list[str], field: Field, kind_words: Sequence[str]) -> tuple[Candidate, ...]:
    finder = _finder(field.kind)
    best: dict[str, Candidate] = {}
    for number, line in enumerate(lines):
        for value, start, sure, why in finder(line):
            near, how = _nearness(lines, number, start, field.words, kind_words)
            confidence = round(sure * near, 3)
            held = best.get(value)
            if held is None or confidence > held.confidence:
                reason = "; ".join(part for part in (how, why) if part)
                best[value] = Candidate(
                    value=value, quote=line.strip()[:200], line=number + 1, confidence=confidence, why=reason
                )
    ranked = sorted(best.values(), key=lambda candidate: (-candidate.confidence, candidate.line))[:_SHOWN]
    return tuple(_doubt(ranked))


def _doubt(ranked: list[Candidate]) -> Iterator[Candidate]:
    """Lowers the best candidate by how close the next one comes: a confidence is about being the right one."""
    for place, candidate in enumerate(ranked):
        rival = ranked[1 - place].confidence if place < 2 and len(ranked) > 1 else 0.0
        share = candidate.confidence / (candidate.confidence + rival**2) if candidate.confidence else 0.0
        yield Candidate(
            value=candidate.value,
            quote=candidate.quote,
            line=candidate.line,
            confidence=round(candidate.confidence * share, 3),
            why=candidate.why,
        )


def _nearness(
    lines: list[str], number: int, start: int, words: tuple[str, ...], kind_words: Sequence[str]
) -> tuple[float, str]:
    """How close one of the words stands: before the value in its line, then anywhere in it, then in the line above.

    A word counts whole, so that "total" is not found in "subtotal"; the longest one that fits names the reason. Where a
    longer word of another field of its kind holds it, as "due date" holds "date", the value is that field's.
    """
    if not words:
        return 0.6, ""
    before, line = lines[number][:start], lines[number]
    above = lines[number - 1] if number else ""
    for place, (where, worth) in enumerate(((before, 0.97), (line, 0.8), (above, 0.6))):
        hits = [word for word in words if _stands_in(word, where)]
        if hits:
            name = max(hits, key=len)
            taken = any(name in other and other not in words and _stands_in(other, where) for other in kind_words)
            worth *= (1 - 0.5 * words.index(name) / len(words)) * (0.3 if taken else 1)
            return worth, f"{'under' if place == 2 else 'beside'} “{name}”"
    return 0.25, ""


def _stands_in(word: str, line: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line, re.IGNORECASE) is not None


def _identifiers_in(line: str) -> Iterator[Found]:
    """Words with a digit in them that are no date and no amount with cents."""
    days = {start for _, start, _, _ in dates_in(line)}
    for hit in _IDENTIFIER.finditer(line):
        if hit.start() not in days and not re.fullmatch(r"[\d.,]+[.,]\d{2}", hit.group(0)):
            yield hit.group(0), hit.start(), 0.9, ""


def _finder(kind: str) -> Callable[[str], Iterator[Found]]:
    finders: dict[str, Callable[[str], Iterator[Found]]] = {
        "date": dates_in,
        "amount": amounts_in,
        "currency": currencies_in,
        "iban": ibans_in,
        "email": lambda line: ((hit.group(0).lower(), hit.start(), 1.0, "") for hit in _EMAIL.finditer(line)),
        "identifier": _identifiers_in,
    }
    if kind not in finders:
        raise InvalidInput(f"I cannot look for a {kind}. I know: {', '.join(finders)}.")
    return finders[kind]
