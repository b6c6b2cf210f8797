"""A digest as a message: the headline, the numbers that need a look first, a picture when there is one, and a table."""

from agents.core.report import Cell, Fact, Report, Table
from handlers.blocks.elements import Block, context, divider, header, paragraph, rich, section
from handlers.blocks.text import Mrkdwn, Rich, at_time, clip, group, joined, mrkdwn, person, words

MOST_CELL = 200
"""Characters in one cell of a table: longer questions are cut there and complete on their card."""

MOST_NAMES = 3
"""People, and groups, named in one cell."""


def report_message(report: Report, *, picture: str | None = None, alt: str | None = None) -> tuple[str, list[Block]]:
    """Fallback text and blocks. `picture` is the id of an uploaded chart, `alt` what it showed when it was drawn."""
    text = f"{report.title}: {report.headline}"
    if report.quiet and not report.missing:
        return text, [section(mrkdwn("*{}*  {}", report.title, report.headline)), _period(report)]
    blocks = [header(report.title), section(mrkdwn("*{}*", report.headline)), *_body(report, picture, alt=alt)]
    if report.parts:
        blocks += [divider(), *(section(mrkdwn("*{}*  {}", part.title, part.headline)) for part in report.parts)]
    for source in report.missing:
        blocks.append(section(mrkdwn("{} could not be read, so its numbers are left out.", source)))
    return text, [*blocks, _period(report)]


def _body(report: Report, picture: str | None, *, alt: str | None) -> list[Block]:
    blocks: list[Block] = []
    if report.facts:
        blocks.append(_facts(report.facts))
    words_for_it = alt or (report.chart.alt if report.chart else "")
    if picture and words_for_it:
        blocks.append({"type": "image", "slack_file": {"id": picture}, "alt_text": clip(words_for_it, 2000)})
    if report.table:
        blocks.append(_table(report.table))
        if report.table.more:
            blocks.append(context(mrkdwn("and {} more; see the Home tab", str(report.table.more))))
    return blocks


def _facts(facts: tuple[Fact, ...]) -> Block:
    """One line for each number, with what needs a look said so: beside it, or once for all."""
    everything = all(fact.attention for fact in facts)
    lines: list[Rich] = [words("Needs a look\n", italic=True)] if everything else []
    for place, fact in enumerate(facts):
        note = f" ({fact.note})" if fact.note else ""
        look = ", needs a look" if fact.attention and not everything else ""
        end = "\n" if place < len(facts) - 1 else ""
        lines += [words(f"{fact.label}: "), words(fact.value, bold=True)]
        if note or look or end:
            lines.append(words(f"{note}{look}{end}"))
    return rich(paragraph(*lines))


def _table(table: Table) -> Block:
    def row(cells: tuple[Cell, ...], *, bold: bool = False) -> list[Block]:
        return [{"type": "rich_text", "elements": [paragraph(*_cell(cell, bold=bold))]} for cell in cells]

    return {"type": "table", "rows": [row(table.columns, bold=True), *[row(cells) for cells in table.rows[:99]]]}


def _cell(cell: Cell, *, bold: bool) -> list[Rich]:
    if isinstance(cell, str):
        return [words(clip(cell, MOST_CELL), bold=bold)]
    users = [person(one if "/" in one else f"slack/{one}") for one in cell.users[:MOST_NAMES]]
    people = [*users, *(group(one) for one in cell.groups[:MOST_NAMES])]
    spaced = [piece for one in people for piece in (words(" "), one)][1:]
    return spaced or [words("nobody")]


def _period(report: Report) -> Block:
    span: list[Mrkdwn] = [
        mrkdwn("From {} to {}", at_time(report.period.since), at_time(report.period.until)),
        mrkdwn("counted at the end of that time"),
    ]
    return context(joined(span))
