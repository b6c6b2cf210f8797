"""A second opinion on Block Kit: slackblocks, an independent library, judges the same generated blocks.

Where the two disagree, DISAGREEMENTS says why ours decides as it does; an entry that no longer disagrees fails too.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import slackblocks as sb
from slackblocks._surfaces import _BLOCK_TYPES_BY_SURFACE
from slackblocks.errors import InvalidUsageError

from bot.emulator.blockkit.surfaces import ALLOWED, check_blocks, check_view

BUTTON = sb.Button("Go", action_id="go")
OPTION = sb.Option(sb.PlainText("Red"), "red")
SEGMENT = sb.ChartSegment("A", 1)
CARD = sb.CardBlock(title="T")
RICH = sb.RichTextBlock([sb.RichTextSection([sb.RichText("x")])])
URL = "https://x.example/"


def series(points: int, name: str = "s") -> Any:
    return sb.DataSeries(name, [sb.DataPoint(f"p{i}", i) for i in range(points)])


def bar(count: int = 1, points: int = 1, **axis: Any) -> Any:
    categories = [f"p{i}" for i in range(points)]
    return sb.DataVisualizationBlock(
        "T", sb.BarChart([series(points, f"s{i}") for i in range(count)], sb.AxisConfig(categories, **axis))
    )


def described_option(size: int) -> Any:
    return sb.Option(sb.PlainText("x"), "v", sb.PlainText("x" * size))


def options(count: int) -> list[Any]:
    return [sb.Option(sb.PlainText(f"Option {i}"), f"v{i}") for i in range(count)]


def tasks(count: int) -> list[Any]:
    return [sb.TaskCardBlock(f"t{i}", "T", status="pending") for i in range(count)]


def actions(*elements: Any) -> Any:
    return sb.ActionsBlock(list(elements))


def inputs(element: Any) -> Any:
    return sb.InputBlock("L", element)


@dataclass(frozen=True)
class Case:
    """One limit: `theirs` builds a block of size n, `path` is where that size stands in its JSON."""

    name: str
    theirs: Callable[[int], Any]
    path: str
    most: int
    least: int = 1
    items: bool = False


CASES = [
    Case("section.text", lambda n: sb.SectionBlock("x" * n), "text/text", 3000),
    Case("section.fields", lambda n: sb.SectionBlock(fields=["x"] * n), "fields", 10, items=True),
    Case("section.fields.text", lambda n: sb.SectionBlock(fields=["x" * n]), "fields/0/text", 2000),
    Case("header.text", lambda n: sb.HeaderBlock("x" * n), "text/text", 150),
    Case("block_id", lambda n: sb.DividerBlock(block_id="x" * n), "block_id", 255),
    Case("image.image_url", lambda n: sb.ImageBlock("x" * n, "a"), "image_url", 3000),
    Case("image.alt_text", lambda n: sb.ImageBlock(URL, "x" * n), "alt_text", 2000),
    Case("image.title", lambda n: sb.ImageBlock(URL, "a", title="x" * n), "title/text", 2000),
    Case("context.elements", lambda n: sb.ContextBlock([sb.Text("x")] * n), "elements", 10, items=True),
    Case("actions.elements", lambda n: actions(*[sb.Button("x", action_id=f"a{i}") for i in range(n)]), "elements", 25,
         items=True),
    Case("markdown.text", lambda n: sb.MarkdownBlock("x" * n), "text", 12_000),
    Case("alert.text", lambda n: sb.AlertBlock("x" * n), "text/text", 200),
    Case("card.title", lambda n: sb.CardBlock(title="x" * n), "title/text", 150),
    Case("card.subtitle", lambda n: sb.CardBlock(title="t", subtitle="x" * n), "subtitle/text", 150),
    Case("card.body", lambda n: sb.CardBlock(body="x" * n), "body/text", 200),
    Case("card.subtext", lambda n: sb.CardBlock(title="t", subtext="x" * n), "subtext/text", 200),
    Case("card.actions", lambda n: sb.CardBlock(title="t", actions=[BUTTON] * n), "actions", 3, items=True),
    Case("carousel.elements", lambda n: sb.CarouselBlock([CARD] * n), "elements", 10, items=True),
    Case("container.title", lambda n: sb.ContainerBlock([sb.DividerBlock()], title="x" * n), "title/text", 150),
    Case("container.subtitle", lambda n: sb.ContainerBlock([sb.DividerBlock()], title="t", subtitle="x" * n),
         "subtitle/text", 150),
    Case("container.child_blocks", lambda n: sb.ContainerBlock([sb.DividerBlock() for _ in range(n)], title="t"),
         "child_blocks", 10, items=True),
    Case("context_actions.elements", lambda n: sb.ContextActionsBlock([sb.IconButton("x") for _ in range(n)]),
         "elements", 5, items=True),
    Case("table.rows", lambda n: sb.TableBlock([[sb.RawText("x")] for _ in range(n)]), "rows", 100, items=True),
    Case("table.columns", lambda n: sb.TableBlock([[sb.RawText("x")] * n]), "rows/0", 20, items=True),
    Case("table.column_settings", lambda n: sb.TableBlock([[sb.RawText("x")]], [sb.ColumnSettings("left")] * n),
         "column_settings", 20, items=True),
    Case("data_table.rows", lambda n: sb.DataTableBlock([[sb.RawText("x")] for _ in range(n)], "c"), "rows", 201, 2,
         items=True),
    Case("data_table.columns", lambda n: sb.DataTableBlock([[sb.RawText("x")] * n] * 2, "c"), "rows/*", 20, items=True),
    Case("data_table.characters", lambda n: sb.DataTableBlock([[sb.RawText("h")], [sb.RawText("x" * (n - 1))]], "c"),
         "rows/1/0/text-1", 20_000, 2),
    Case("data_table.page_size", lambda n: sb.DataTableBlock([[sb.RawText("x")]] * 2, "c", page_size=n), "page_size#",
         100),
    Case("data_visualization.title", lambda n: sb.DataVisualizationBlock("x" * n, sb.PieChart([SEGMENT])), "title", 50),
    Case("pie.segments", lambda n: sb.DataVisualizationBlock("t", sb.PieChart([SEGMENT] * n)), "chart/segments", 12,
         items=True),
    Case("pie.label", lambda n: sb.DataVisualizationBlock("t", sb.PieChart([sb.ChartSegment("x" * n, 1)])),
         "chart/segments/0/label", 20),
    Case("bar.series", lambda n: bar(n), "chart/series", 12, items=True),
    Case("bar.x_label", lambda n: bar(1, x_label="x" * n), "chart/axis_config/x_label", 50),
    Case("plan.tasks", lambda n: sb.PlanBlock("t", tasks(n)), "tasks", 50, 0, items=True),
    Case("video.title", lambda n: sb.VideoBlock("a", URL, "x" * n, URL), "title/text", 200),
    Case("video.author_name", lambda n: sb.VideoBlock("a", URL, "t", URL, author_name="x" * n), "author_name", 50),
    Case("video.title_url", lambda n: sb.VideoBlock("a", URL, "t", URL, title_url="x" * n), "title_url", 2000),
    Case("button.text", lambda n: actions(sb.Button("x" * n, action_id="a")), "elements/0/text/text", 75),
    Case("button.value", lambda n: actions(sb.Button("x", value="x" * n)), "elements/0/value", 2000),
    Case("button.url", lambda n: actions(sb.Button("x", url="x" * n)), "elements/0/url", 3000),
    Case("button.accessibility_label", lambda n: actions(sb.Button("x", accessibility_label="x" * n)),
         "elements/0/accessibility_label", 75),
    Case("button.agent_prompt", lambda n: actions(sb.Button("x", agent_prompt="x" * n)), "elements/0/agent_prompt",
         4000),
    Case("action_id", lambda n: actions(sb.Button("x", action_id="x" * n)), "elements/0/action_id", 255),
    Case("confirm.title", lambda n: actions(sb.Button("x", confirm=sb.ConfirmationDialogue("x" * n, "t", "y", "n"))),
         "elements/0/confirm/title/text", 100),
    Case("confirm.text", lambda n: actions(sb.Button("x", confirm=sb.ConfirmationDialogue("t", "x" * n, "y", "n"))),
         "elements/0/confirm/text/text", 300),
    Case("confirm.deny", lambda n: actions(sb.Button("x", confirm=sb.ConfirmationDialogue("t", "t", "y", "x" * n))),
         "elements/0/confirm/deny/text", 30),
    Case("option.text", lambda n: actions(sb.OverflowMenu("a", [sb.Option(sb.PlainText("x" * n), "v")])),
         "elements/0/options/0/text/text", 75),
    Case("option.value", lambda n: actions(sb.OverflowMenu("a", [sb.Option(sb.PlainText("x"), "x" * n)])),
         "elements/0/options/0/value", 150),
    Case("option.description", lambda n: actions(sb.OverflowMenu("a", [described_option(n)])),
         "elements/0/options/0/description/text", 75),
    Case("overflow.options", lambda n: actions(sb.OverflowMenu("a", options(n))), "elements/0/options", 5, items=True),
    Case("checkboxes.options", lambda n: actions(sb.CheckboxGroup("a", options(n))), "elements/0/options", 10,
         items=True),
    Case("radio_buttons.options", lambda n: actions(sb.RadioButtonGroup("a", options(n))), "elements/0/options", 10,
         items=True),
    Case("static_select.options", lambda n: actions(sb.StaticSelectMenu("a", options(n))), "elements/0/options", 100,
         items=True),
    Case("option_group.label", lambda n: actions(sb.StaticSelectMenu("a", None, [sb.OptionGroup("x" * n, [OPTION])])),
         "elements/0/option_groups/0/label/text", 75),
    Case("placeholder", lambda n: actions(sb.UserSelectMenu("a", placeholder="x" * n)), "elements/0/placeholder/text",
         150),
    Case("input.label", lambda n: sb.InputBlock("x" * n, sb.PlainTextInput("a")), "label/text", 2000),
    Case("input.hint", lambda n: sb.InputBlock("l", sb.PlainTextInput("a"), hint="x" * n), "hint/text", 2000),
    Case("plain_text_input.max_length", lambda n: inputs(sb.PlainTextInput("a", max_length=n)), "element/max_length#",
         3000),
    Case("rich_text_input.max_lines", lambda n: inputs(sb.RichTextInput("a", max_lines=n)), "element/max_lines#", 100),
    Case("file_input.max_files", lambda n: inputs(sb.FileInput("a", max_files=n)), "element/max_files#", 10),
    Case("icon_button.value", lambda n: sb.ContextActionsBlock([sb.IconButton("x", value="x" * n)]),
         "elements/0/value", 2000),
    Case("rich_text_list.indent", lambda n: sb.RichTextBlock([
        sb.RichTextList("bullet", [sb.RichTextSection([sb.RichText("x")])], indent=n)]), "elements/0/indent#", 8, 0),
]  # fmt: skip

# Where ours decides otherwise than slackblocks, at a size, and why.
STRICT = (
    "slackblocks lets the empty one pass; whether Slack does is not documented, and what passes here must pass there"
)
DISAGREEMENTS: dict[tuple[str, int], str] = {
    ("block_id", 0): "slackblocks makes an id up when it is empty; Slack's published schema asks for one character",
    ("context.elements", 0): "Slack's published schema asks for at least one element",
    ("actions.elements", 0): "Slack's published schema asks for at least one element",
    ("image.image_url", 0): STRICT,
    ("markdown.text", 0): STRICT,
    ("button.url", 0): STRICT,
    ("option.value", 0): STRICT,
}


def sizes(case: Case) -> Iterator[int]:
    yield from sorted({case.least - 1, case.least, case.most, case.most + 1} - {-1})


def theirs_accept(case: Case, size: int) -> bool:
    try:
        json.dumps(case.theirs(size)._resolve())
    except InvalidUsageError:
        return False
    return True


def ours_accept(case: Case, size: int) -> bool:
    block = json.loads(json.dumps(case.theirs(max(case.least, 1))._resolve()))
    *way, last = case.path.split("/")
    if last == "*":
        rows = block[way[-1]]
        block[way[-1]] = [[copy.deepcopy(row[0]) for _ in range(size)] for row in rows]
        return not list(check_blocks([block], None))
    holder: Any = block
    for step in way:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if last.endswith("#"):
        holder[last[:-1]] = size
    elif last.endswith("-1"):
        holder[last[:-2]] = "x" * (size - 1)
    elif case.items:
        key: Any = int(last) if isinstance(holder, list) else last
        holder[key] = [_another(holder[key][0], number) for number in range(size)]
    else:
        holder[last] = "x" * size
    return not list(check_blocks([block], None))


def _another(item: Any, number: int) -> Any:
    item = copy.deepcopy(item)
    if isinstance(item, dict):
        for key in ("action_id", "block_id", "task_id", "value", "name"):
            if isinstance(item.get(key), str):
                item[key] = f"{item[key]}{number}"
    return item


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_both_judge_every_limit_alike(case: Case) -> None:
    for size in sizes(case):
        agree = theirs_accept(case, size) == ours_accept(case, size)
        reason = DISAGREEMENTS.get((case.name, size))
        assert agree or reason, (
            f"{case.name} at {size}: theirs {theirs_accept(case, size)}, ours {ours_accept(case, size)}"
        )
        assert not (agree and reason), f"{case.name} at {size} no longer disagrees: drop its entry"


def test_at_the_limit_ours_accepts_and_one_above_it_refuses() -> None:
    for case in CASES:
        assert ours_accept(case, case.most), case.name
        assert not ours_accept(case, case.most + 1), case.name


def test_both_place_every_block_on_the_same_surfaces() -> None:
    for surface, theirs in _BLOCK_TYPES_BY_SURFACE.items():
        # Blocks that Slack's SDK knows and slackblocks does not.
        assert ALLOWED[surface] - {"call", "auth_provider"} == theirs, surface


EXAMPLES = {
    "home": sb.HomeTabView([sb.SectionBlock("x"), sb.TableBlock([[sb.RawText("x")]])]),
    "modal": sb.ModalView("T", [sb.InputBlock("L", sb.PlainTextInput("a"))], submit="Go"),
    "modal without submit": sb.ModalView("T", [sb.SectionBlock("x")]),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_views_that_slackblocks_builds_are_accepted(name: str) -> None:
    view = json.loads(json.dumps(EXAMPLES[name]._resolve()))
    assert [finding.describe() for finding in check_view(view)] == []


RULES: list[tuple[str, Callable[[], Any], dict[str, Any], str]] = [
    ("a section without text or fields", lambda: sb.SectionBlock(), {"type": "section"}, ""),
    ("an image with url and file", lambda: sb.ImageBlock(URL, "a", slack_file=sb.SlackFile(None, "F0ABCDEF12")),
     {"type": "image", "alt_text": "a", "image_url": URL, "slack_file": {"id": "F0ABCDEF12"}}, ""),
    ("an image without a source", lambda: sb.ImageBlock(alt_text="a"), {"type": "image", "alt_text": "a"}, ""),
    ("tasks that share an id", lambda: sb.PlanBlock("t", tasks(1) * 2), {"type": "plan", "title": "t", "tasks": [
        {"task_id": "t", "title": "T", "status": "pending"}] * 2}, ""),
    ("a task without a status", lambda: sb.TaskCardBlock("t", "T"), {"type": "task_card", "task_id": "t", "title": "T"}, ""),
    ("a card with nothing in it", lambda: sb.CardBlock(subtitle="s"),
     {"type": "card", "subtitle": {"type": "mrkdwn", "text": "s"}}, ""),
    ("rows of different lengths", lambda: sb.DataTableBlock([[sb.RawText("x")], [sb.RawText("x")] * 2], "c"),
     {"type": "data_table", "caption": "c", "rows": [[{"type": "raw_text", "text": "x"}],
                                                     [{"type": "raw_text", "text": "x"}] * 2]}, ""),
    ("a rich text header cell", lambda: sb.DataTableBlock([[RICH], [sb.RawText("x")]], "c"),
     {"type": "data_table", "caption": "c", "rows": [[{"type": "rich_text", "elements": []}],
                                                     [{"type": "raw_text", "text": "x"}]]}, ""),
    ("a negative segment", lambda: sb.ChartSegment("A", -1), {"type": "data_visualization", "title": "t", "chart": {
        "type": "pie", "segments": [{"label": "A", "value": -1}]}}, ""),
    ("a point without a category", lambda: sb.BarChart([series(2)], sb.AxisConfig(["p0"])),
     {"type": "data_visualization", "title": "t", "chart": {
         "type": "bar", "axis_config": {"categories": ["p0"]},
         "series": [{"name": "s", "data": [{"label": "p0", "value": 0}, {"label": "p1", "value": 1}]}]}}, ""),
    ("a container without a title", lambda: sb.ContainerBlock([sb.DividerBlock()]),
     {"type": "container", "child_blocks": [{"type": "divider"}]}, ""),
    ("a card inside a container", lambda: sb.ContainerBlock([CARD], title="t"),
     {"type": "container", "title": {"type": "plain_text", "text": "t"},
      "child_blocks": [{"type": "card", "title": {"type": "mrkdwn", "text": "t"}}]}, ""),
    ("a minimum above the maximum", lambda: sb.PlainTextInput("a", min_length=5, max_length=2),
     {"type": "input", "label": {"type": "plain_text", "text": "l"}, "element": {
         "type": "plain_text_input", "min_length": 5, "max_length": 2}}, ""),
    ("a button in an input", lambda: sb.InputBlock("l", BUTTON), {"type": "input", "label": {
        "type": "plain_text", "text": "l"}, "element": {"type": "button", "text": {"type": "plain_text", "text": "x"}}}, ""),
    ("an unknown level of alert", lambda: sb.AlertBlock("x", level="panic"),  # type: ignore[arg-type]  # it is wrong
     {"type": "alert", "level": "panic", "text": {"type": "mrkdwn", "text": "x"}}, ""),
    ("a plain text input among actions", lambda: actions(sb.PlainTextInput("a")),
     {"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]},
     "slackblocks takes any element; Slack's page for the element names the input block only"),
    ("a multi-select among actions", lambda: actions(sb.StaticMultiSelectMenu("a", [OPTION])),
     {"type": "actions", "elements": [{"type": "multi_static_select", "options": [
         {"text": {"type": "plain_text", "text": "x"}, "value": "v"}]}]},
     "slackblocks takes any element; Slack's page names section and input"),
    (
        "mrkdwn in an overflow",
        lambda: actions(sb.OverflowMenu("a", [sb.Option("x", "v")])),
        {"type": "actions", "elements": [{"type": "overflow", "options": [
            {"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}]}]},
        "slackblocks checks selects only; Slack allows mrkdwn in the options of checkboxes and radio buttons alone",
    ),
    ("two actions with one id", lambda: actions(BUTTON, BUTTON), {"type": "actions", "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "x"}}] * 2},
     "slackblocks does not look at duplicates; Slack wants action ids to differ within a block"),
    ("an initial option that is none of the options", lambda: sb.StaticSelectMenu("a", options(2), initial_option=OPTION),
     {"type": "actions", "elements": [{"type": "static_select", "options": [
         {"text": {"type": "plain_text", "text": "x"}, "value": "v"}],
         "initial_option": {"text": {"type": "plain_text", "text": "y"}, "value": "w"}}]},
     "slackblocks does not compare them; Slack wants an initial option to be one of the options"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "theirs", "ours", "reason"), RULES, ids=[rule[0] for rule in RULES])
def test_both_refuse_what_makes_no_sense(
    name: str, theirs: Callable[[], Any], ours: dict[str, Any], reason: str
) -> None:
    assert list(check_blocks([ours], None)), f"ours accepts {name}"
    try:
        theirs()._resolve()
        refused = False
    except InvalidUsageError:
        refused = True
    assert refused != bool(reason), reason or f"slackblocks accepts {name}: say why ours does not"
