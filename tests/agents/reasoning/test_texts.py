"""Summaries, drafts and fields: everything they say stands in their sources."""

import pytest

from agents.core.errors import InvalidInput
from agents.core.reasoning import DraftRequest, Field, Message, Passage
from agents.reasoning.drafting import draft_from
from agents.reasoning.fields import find_fields
from agents.reasoning.sentences import sentences_of
from agents.reasoning.summary import summarise
from agents.reasoning.values import valid_iban

THREAD = (
    Message(author="ana", text="The nightly export to the warehouse failed again. Does anyone know why?", url="u0"),
    Message(author="bo", text="good morning"),
    Message(author="cho", text="The warehouse export failed because the disk of the export server was full.", url="u2"),
    Message(author="dee", text="haha"),
    Message(author="cho", text="We decided to move the export server to a bigger disk on Friday.", url="u4"),
    Message(author="bo", text="thanks!"),
)


def test_summary_quotes_what_carries_the_thread() -> None:
    summary = summarise(THREAD, points=3)

    assert [point.message for point in summary.points] == [0, 2, 4]
    assert [point.url for point in summary.points] == ["u0", "u2", "u4"]
    for point in summary.points:
        assert point.text in THREAD[point.message].text
    assert 0.5 < summary.confidence <= 1


def test_summary_does_not_say_a_thing_twice() -> None:
    same = tuple(Message(author="ana", text="The export server disk is full again today.") for _ in range(6))

    assert len(summarise(same, points=5).points) == 1


@pytest.mark.parametrize("messages", [(), (Message(author="a", text=""),), (Message(author="a", text="🙂 <@U1>"),)])
def test_nothing_said_gives_an_empty_summary(messages: tuple[Message, ...]) -> None:
    assert summarise(messages).points == ()


def test_long_thread_keeps_its_end_and_says_that_it_was_cut() -> None:
    many = tuple(
        Message(author="a", text=f"Filler number {n} about the harbour crane. " + "x " * 500) for n in range(500)
    )
    end = Message(author="b", text="We decided that the harbour crane is closed for repair.")

    summary = summarise((*many, end), points=2)

    assert summary.cut
    assert any("closed for repair" in point.text for point in summary.points)


def test_quoted_text_and_code_are_not_sentences() -> None:
    assert sentences_of("> quoted line\nMy own line. Another one!\n```\ncode. Code\n```\n- bullet") == [
        "My own line.",
        "Another one!",
        "bullet",
    ]


PASSAGES = (
    Passage(ref="ticket 12", title="Refund for a double charge", text="Duplicate charges are refunded within 5 days. "
            "You will get a confirmation by e-mail.", url="https://desk.test/12"),
    Passage(ref="ticket 30", title="Printer jam", text="Open the lid of the printer and remove the paper."),
)  # fmt: skip


def test_draft_uses_the_source_that_fits_and_names_it() -> None:
    draft = draft_from(DraftRequest(question="When is my duplicate charge refunded?", passages=PASSAGES, to="Cho"))

    assert "refunded within 5 days" in draft.text
    assert "printer" not in draft.text
    assert [source.ref for source in draft.sources] == ["ticket 12"]
    assert draft.text.startswith("Hello Cho,")
    assert 0.2 < draft.confidence < 1


def test_draft_without_a_source_promises_nothing() -> None:
    draft = draft_from(DraftRequest(question="Is there a swimming pool?", passages=PASSAGES))

    assert (draft.sources, draft.confidence) == ((), 0.0)
    assert draft.missing
    assert "looking into it" in draft.text


INVOICE = """Brightwater GmbH
Invoice no. INV-2026-0117
Invoice date: 03.02.2026
Due date: 17 February 2026
IBAN: DE89 3704 0044 0532 0130 00
Subtotal  1.000,00 EUR
VAT 19 %   190,00 EUR
Total amount due: 1.190,00 EUR
Questions: billing@brightwater.test
"""
FIELDS = (
    Field(name="number", kind="identifier", words=("invoice no", "invoice number")),
    Field(name="date", kind="date", words=("invoice date", "date")),
    Field(name="due", kind="date", words=("due date", "payable by")),
    Field(name="total", kind="amount", words=("total amount due", "total", "amount due")),
    Field(name="currency", kind="currency", words=("total",)),
    Field(name="account", kind="iban", words=("iban",)),
    Field(name="contact", kind="email"),
)


def test_fields_of_an_invoice_are_found_beside_their_words() -> None:
    found = find_fields(INVOICE, FIELDS)

    assert {name: found.best(name).value for name in found.fields} == {  # type: ignore[union-attr]
        "number": "INV-2026-0117",
        "date": "2026-02-03",
        "due": "2026-02-17",
        "total": "1190.00",
        "currency": "EUR",
        "account": "DE89370400440532013000",
        "contact": "billing@brightwater.test",
    }
    total = found.best("total")
    assert total is not None
    assert (total.line, total.quote) == (8, "Total amount due: 1.190,00 EUR")


def test_two_readings_of_a_date_are_both_offered_and_both_unsure() -> None:
    found = find_fields("Date: 03/04/2026", (Field(name="date", kind="date", words=("date",)),)).fields["date"]

    assert {candidate.value for candidate in found} == {"2026-04-03", "2026-03-04"}
    assert all(candidate.confidence < 0.5 for candidate in found)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("99", "99.00"),
        ("1.234.567", "1234567.00"),
        ("-12,00", "-12.00"),
    ],
)
def test_amounts_are_read_as_they_are_written(written: str, value: str) -> None:
    found = find_fields(f"total {written} EUR", (Field(name="total", kind="amount", words=("total",)),))

    best = found.best("total")
    assert best is not None
    assert best.value == value


@pytest.mark.parametrize(
    "line", ["date 30.02.2026", "date 2026-13-01", "31 Smarch 2026", "IBAN DE00 3704 0044 0532 0130 00"]
)
def test_what_cannot_be_is_not_offered(line: str) -> None:
    found = find_fields(line, (Field(name="date", kind="date"), Field(name="account", kind="iban")))

    assert found.fields == {"date": (), "account": ()}


def test_subtotal_is_not_the_total() -> None:
    lines = "Subtotal 10,00 EUR\nTotal 12,00 EUR"
    best = find_fields(lines, (Field(name="total", kind="amount", words=("total",)),)).best("total")

    assert best is not None
    assert best.value == "12.00"


def test_check_digits_of_accounts() -> None:
    assert valid_iban("GB82WEST12345698765432")
    assert not valid_iban("GB82WEST12345698765431")


def test_unknown_kind_says_what_is_known() -> None:
    with pytest.raises(InvalidInput, match="I know: date"):
        find_fields("x", (Field(name="x", kind="mood"),))


def test_hostile_lines_are_read_in_time() -> None:
    hostile = "1" * 20_000 + "\n" + "AB12" * 5_000 + "\n" + "a@" * 10_000 + "\n" + ". " * 5_000
    find_fields(hostile, FIELDS)
    sentences_of("a." * 20_000 + "```" * 5_000)
