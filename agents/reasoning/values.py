"""Reads dates, amounts and account numbers as people write them in different countries, and writes them one way."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

Found = tuple[str, int, float, str]

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar janvier enero",
            "feb february februar février febrero",
            "mar march märz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct okt october oktober octobre octubre",
            "nov november novembre noviembre",
            "dec dez december dezember décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
_DAY_FIRST = re.compile(
    r"(?<!\w)(\d{1,2})(?:st|nd|rd|th|\.)?[ -](?:of |de )?([^\W\d_]{3,10})\.?,?[ -](?:de )?(\d{4})\b", re.I
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.IGNORECASE)

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_CODES = "EUR|USD|GBP|CHF|JPY|INR|SEK|NOK|DKK|PLN|CZK|AUD|CAD|NZD|HUF|RON|BGN|TRY|BRL|MXN|ZAR|SGD|CNY"
_CURRENCY = re.compile(rf"[€$£¥₹]|(?<![A-Za-z])(?:{_CODES})(?![A-Za-z])")
_AMOUNT = re.compile(
    r"(?<![\w.,/-])-?(?:\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+|\d{1,9})(?:[.,]\d{2})?(?![\d/%-]|[.,]\d|\s?%)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")


def dates_in(line: str) -> Iterator[Found]:
    """Dates as YYYY-MM-DD. Where day and month could be swapped both readings come, each less sure."""
    for hit in _ISO.finditer(line):
        yield from _dated(int(hit[1]), int(hit[2]), int(hit[3]), hit.start(), 1.0, "")
    for hit in _NUMERIC.finditer(line):
        first, second, year = int(hit[1]), int(hit[3]), int(hit[4])
        year += 2000 if year < 100 else 0
        if hit[2] == "." or first > 12 or first == second:
            yield from _dated(year, second, first, hit.start(), 0.95, "")
        elif second > 12:
            yield from _dated(year, first, second, hit.start(), 0.95, "")
        else:
            yield from _dated(year, second, first, hit.start(), 0.5, "day first")
            yield from _dated(year, first, second, hit.start(), 0.5, "month first")
    for hit in _DAY_FIRST.finditer(line):
        yield from _dated(int(hit[3]), _MONTHS.get(hit[2].casefold(), 0), int(hit[1]), hit.start(), 1.0, "")
    for hit in _MONTH_FIRST.finditer(line):
        yield from _dated(int(hit[3]), _MONTHS.get(hit[1].casefold(), 0), int(hit[2]), hit.start(), 1.0, "")


def _dated(year: int, month: int, day: int, start: int, sure: float, why: str) -> Iterator[Found]:
    try:
        yield date(year, month, day).isoformat(), start, sure, why
    except ValueError:
        return


def amounts_in(line: str) -> Iterator[Found]:
    """Amounts as plain decimals with two places; those with a currency or with cents are surer."""
    days = [hit.span() for rule in (_ISO, _NUMERIC, _DAY_FIRST, _MONTH_FIRST, _IBAN) for hit in rule.finditer(line)]
    for hit in _AMOUNT.finditer(line):
        if any(start <= hit.start() < end for start, end in days):
            continue
        value = read_amount(hit.group(0))
        money = bool(_CURRENCY.search(line[max(0, hit.start() - 5) : hit.end() + 5]))
        cents = bool(re.search(r"[.,]\d{2}$", hit.group(0)))
        sure = 1.0 if money and cents else 0.9 if cents else 0.85 if money else 0.3
        yield f"{value:.2f}", hit.start(), sure, ""


def read_amount(written: str) -> Decimal:
    """The number meant: the last point or comma before exactly two digits is the decimal one, all others group."""
    sign = -1 if written.startswith("-") else 1
    whole, cents = written, "00"
    if re.search(r"[.,]\d{2}$", written):
        whole, cents = written[:-3], written[-2:]
    return sign * Decimal(f"{''.join(char for char in whole if char.isdigit()) or '0'}.{cents}")


def currencies_in(line: str) -> Iterator[Found]:
    """Currencies as three letters (ISO 4217). A dollar sign is read as US dollars, and less sure for it."""
    for hit in _CURRENCY.finditer(line):
        code = _SIGNS.get(hit.group(0), hit.group(0))
        yield code, hit.start(), 0.7 if hit.group(0) in "$¥" else 0.95, ""


def ibans_in(line: str) -> Iterator[Found]:
    """International account numbers whose check digits are right (ISO 13616); others are not offered."""
    for hit in _IBAN.finditer(line):
        plain = hit.group(0).replace(" ", "")
        for end in range(len(plain), 14, -1):
            if valid_iban(plain[:end]):
                yield plain[:end], hit.start(), 1.0, "check digits are right"
                break


def valid_iban(account: str) -> bool:
    """Whether the check digits are right."""
    moved = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1
