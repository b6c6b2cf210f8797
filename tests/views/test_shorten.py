"""Whatever a view holds, what leaves is inside Slack's limits, by both validators, and says what is missing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.emulator.blockkit import surfaces
from handlers.blocks.check import problems_of_message, problems_of_view
from handlers.blocks.shorten import MARK, fit_message, fit_view
from handlers.blocks.whole import whole_button, whole_dialog
from tests.views.specimens import ALL

MORE = whole_button(7)


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def said(blocks: list[dict[str, Any]]) -> str:
    return str(blocks)


def accepted(blocks: list[dict[str, Any]], surface: str) -> list[str]:
    """What the local Slack's own copy of the rules finds."""
    return [str(one) for one in surfaces.check_blocks(blocks, surface)]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ALL)
def test_a_view_inside_the_limits_is_left_as_it_is(name: str) -> None:
    made = ALL[name]()
    if made.view:
        assert fit_view(made.view, more=MORE).view == made.view
    else:
        found = fit_message(made.text, made.blocks or [], more=MORE)
        assert (found.text, found.blocks, found.problems) == (made.text, made.blocks, ())


def test_three_thousand_characters_stay_and_one_more_is_cut_where_people_see_it() -> None:
    whole = fit_message("t", [section("x" * 3000)], more=MORE)
    assert whole.blocks == [section("x" * 3000)]

    short = fit_message("t", [section("x" * 3001)], more=MORE)
    text = short.blocks[0]["text"]["text"]
    assert len(text) <= 3000
    assert text.endswith(MARK)
    assert short.blocks[-1]["elements"] == [MORE]
    assert "shortened" in said(short.blocks[-2:])


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_the_last_block_that_fits_is_the_way_to_the_rest(surface: str, most: int) -> None:
    def fitted(number: int) -> list[dict[str, Any]]:
        blocks = [section(f"number {n}") for n in range(number)]
        if surface == "message":
            return fit_message("t", blocks, more=MORE).blocks
        view = {"type": surface, "title": {"type": "plain_text", "text": "T"}, "blocks": blocks}
        if surface == "home":
            del view["title"]
        found = fit_view(view, more=MORE).view
        assert found is not None
        return list(found["blocks"])

    assert len(fitted(most)) == most
    assert MORE not in fitted(most)[-1].get("elements", [])
    assert len(fitted(most + 1)) == most
    assert fitted(most + 1)[-1]["elements"] == [MORE]


def test_a_label_is_cut_and_a_value_takes_its_button_with_it() -> None:
    """A cut value would name something else."""

    def button(text: str, value: str) -> dict[str, Any]:
        return {"type": "button", "action_id": text[:9], "text": {"type": "plain_text", "text": text}, "value": value}

    row = {"type": "actions", "elements": [button("a" * 76, "1"), button("b", "2" * 2001)]}
    kept = fit_message("t", [row], more=MORE).blocks[0]["elements"]
    assert [len(one["text"]["text"]) for one in kept] == [75]
    assert kept[0]["text"]["text"].endswith("…")


def test_options_beyond_the_hundredth_are_left_out() -> None:
    options = [{"text": {"type": "plain_text", "text": f"{n}"}, "value": f"{n}"} for n in range(200)]
    menu = {"type": "actions", "elements": [{"type": "static_select", "action_id": "a", "options": options}]}
    assert len(fit_message("t", [menu], more=MORE).blocks[0]["elements"][0]["options"]) == 100


def test_an_input_that_would_carry_a_cut_value_is_left_out_whole() -> None:
    """Whoever submitted it would write the shortened text back."""
    element = {"type": "plain_text_input", "action_id": "a", "initial_value": "x" * 3001}
    field = {"type": "input", "label": {"type": "plain_text", "text": "Note"}, "element": element}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Edit"},
        "submit": {"type": "plain_text", "text": "Approve as edited"},
        "blocks": [section("a"), field],
    }
    found = fit_view(view).view
    assert found is not None
    assert [block["type"] for block in found["blocks"]] == ["section", "context"]


def test_markup_is_never_cut_inside_a_mention() -> None:
    short = fit_message("t", [section("x" * 2980 + "<!subteam^S0123456789> and more")]).blocks[0]["text"]["text"]
    assert "<" not in short


def test_a_message_of_text_alone_that_is_too_long_shows_the_way_to_all_of_it() -> None:
    found = fit_message("y" * 5000, [], more=MORE)
    assert len(found.text) <= 4000
    assert found.blocks[-1]["elements"] == [MORE]


def test_all_of_it_holds_every_word_of_what_was_cut() -> None:
    text = " ".join(f"word{n}" for n in range(2000))
    dialog = whole_dialog("t", [section("first"), section(text), {"type": "divider"}])
    assert problems_of_view(dialog) == []
    shown = "".join(block["text"]["text"] for block in dialog["blocks"])
    assert "first" in shown
    assert "word1999" in shown
    assert MARK not in shown


def test_more_than_a_dialog_holds_is_counted() -> None:
    dialog = whole_dialog("t", [section("ж" * 400_000)])
    assert problems_of_view(dialog) == []
    assert accepted(dialog["blocks"], "modal") == []
    assert "more characters" in said(dialog["blocks"][-1:])


LONG = [
    "x" * 76,
    "y" * 151,
    "z" * 3001,
    "<!date^1^{date}|" + "w" * 3000,
    "\u65e5" * 13_000,
    "\U0001f469\u200d\U0001f467" * 999,
]
TEXTS = st.sampled_from(["", " ", "a", *LONG])
SURFACES = st.sampled_from(["modal", "home"])
JUNK = st.one_of(st.none(), st.integers(), TEXTS)
OBJECT = st.fixed_dictionaries({"type": st.sampled_from(["plain_text", "mrkdwn", "other"]), "text": JUNK})
OPTION = st.fixed_dictionaries({"text": OBJECT, "value": TEXTS}, optional={"description": OBJECT})
ELEMENT = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("button"), "text": OBJECT},
        optional={"action_id": TEXTS, "value": TEXTS, "style": st.just("primary"), "accessibility_label": TEXTS},
    ),
    st.fixed_dictionaries({"type": st.just("overflow"), "action_id": TEXTS, "options": st.lists(OPTION, max_size=8)}),
)
BLOCK = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("section"), "text": OBJECT}, optional={"block_id": TEXTS, "fields": st.lists(OBJECT)}
    ),
    st.fixed_dictionaries({"type": st.just("header"), "text": OBJECT}),
    st.fixed_dictionaries({"type": st.just("context"), "elements": st.lists(OBJECT, max_size=12)}),
    st.fixed_dictionaries({"type": st.just("actions"), "elements": st.lists(ELEMENT, max_size=27)}),
    st.fixed_dictionaries({"type": st.sampled_from(["divider", "unknown", "image"]), "block_id": st.just("same")}),
    st.fixed_dictionaries({"type": st.just("markdown"), "text": JUNK}),
)
SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SOME
@given(text=TEXTS, blocks=st.lists(BLOCK, max_size=8), times=st.sampled_from([1, 20]))
def test_any_message_is_cut_to_what_both_validators_take(text: str, blocks: list[dict[str, Any]], times: int) -> None:
    found = fit_message(text, blocks * times, more=MORE)
    assert [str(one) for one in problems_of_message(found.text, found.blocks)] == []
    assert accepted(found.blocks, "message") == []


@SOME
@given(
    blocks=st.lists(BLOCK, min_size=1, max_size=8),
    times=st.sampled_from([1, 40]),
    surface=SURFACES,
)
def test_any_modal_and_home_is_cut_to_what_both_validators_take(
    blocks: list[dict[str, Any]], times: int, surface: str
) -> None:
    view: dict[str, Any] = {"type": surface, "blocks": blocks * times}
    if surface == "modal":
        view |= {"title": {"type": "plain_text", "text": "T" * 40}, "private_metadata": ""}
    found = fit_view(view, more=MORE).view
    assert found is not None
    assert [str(one) for one in problems_of_view(found)] == []
    assert accepted(found["blocks"], surface) == []
