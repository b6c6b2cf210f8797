"""Drafts an answer from known sources, word for word: quotes what fits the question, says what it could not find."""

from dataclasses import dataclass

from agents.core.reasoning import Draft, DraftRequest, Passage
from agents.reasoning.sentences import overlap, rarity, sentences_of, stems_of

MODEL = "extractive-1"

_MOST_SENTENCES = 4
_MOST_SOURCES = 3
_MOST_PASSAGES = 200
_FITS = 0.18


@dataclass(frozen=True, kw_only=True)
class _Quote:
    passage: int
    position: int
    text: str
    fit: float


def draft_from(request: DraftRequest) -> Draft:
    """A reply made of sentences from at most three passages; when nothing fits, a holding reply of confidence 0."""
    passages = request.passages[:_MOST_PASSAGES]
    asked = stems_of(f"{request.subject}\n{request.question}")
    weight = rarity([f"{passage.title} {passage.text}" for passage in passages])
    quotes = [quote for number, passage in enumerate(passages) for quote in _quotes(number, passage, asked, weight)]
    quotes.sort(key=lambda quote: (-quote.fit, quote.passage, quote.position))
    used = list(dict.fromkeys(quote.passage for quote in quotes if quote.fit >= _FITS))[:_MOST_SOURCES]
    chosen: list[_Quote] = []
    for quote in quotes:
        said = any(
            " ".join(quote.text.split()).casefold() == " ".join(other.text.split()).casefold() for other in chosen
        )
        if quote.fit >= _FITS and quote.passage in used and not said and len(chosen) < _MOST_SENTENCES:
            chosen.append(quote)
    if not chosen:
        return Draft(
            text=_letter(
                request.to, "we have received your message and are looking into it. You will hear from us soon."
            ),
            confidence=0.0,
            sources=(),
            missing=("No known source answers this question.",),
            model=MODEL,
        )
    chosen.sort(key=lambda quote: (used.index(quote.passage), quote.position))
    covered = {stem for quote in chosen for stem in stems_of(quote.text)} & set(asked)
    open_words = [word for word in dict.fromkeys(asked) if word not in covered]
    confidence = max(quote.fit for quote in chosen) * (len(covered) / max(1, len(set(asked)))) ** 0.5
    return Draft(
        text=_letter(request.to, " ".join(quote.text for quote in chosen)),
        confidence=round(min(0.95, confidence), 3),
        sources=tuple(passages[number] for number in used if any(quote.passage == number for quote in chosen)),
        missing=(f"Nothing found on: {', '.join(open_words[:6])}.",) if len(covered) < len(set(asked)) / 2 else (),
        model=MODEL,
    )


def _quotes(number: int, passage: Passage, asked: list[str], weight: dict[str, float]) -> list[_Quote]:
    """A sentence fits by its own words and by those of its whole passage: an answer seldom repeats the question."""
    whole = overlap(asked, stems_of(f"{passage.title} {passage.text}"), weight)
    return [
        _Quote(
            passage=number, position=place, text=text, fit=0.6 * overlap(asked, stems_of(text), weight) + 0.6 * whole
        )
        for place, text in enumerate(sentences_of(passage.text)[:200])
    ]


def _letter(to: str, body: str) -> str:
    greeting = f"Hello {to}," if to else "Hello,"
    return f"{greeting}\n\n{body}\n\nKind regards"
