"""Buttons on a card, and their dialogs."""

from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from storage import jobs, outbox
from tests.handlers.desk import Desk, words_in


def ref(asked: object) -> str:
    return f"{asked.id}.{asked.version}"  # type: ignore[attr-defined]


async def test_approve_settles_the_card_and_wakes_the_job(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.approve", ref(asked), at=await desk.card_at(asked))
    after = await desk.now(asked)
    assert (after.verdict, after.decided_by) == (Verdict.APPROVED, "T0LOCAL/U0BO")
    assert (await desk.store.read(lambda tx: jobs.get(tx, asked.job_id))).status is JobStatus.QUEUED
    row, card = (await desk.sent())[0]
    assert (row.kind, row.view) == ("update", "escalation_card")
    assert "Approved by <@U0BO>" in card.text
    assert "card.approve" not in str(card.blocks)


async def test_second_click_hears_who_decided_and_changes_nothing(desk: Desk) -> None:
    asked = await desk.question()
    at = await desk.card_at(asked)
    await desk.press("bo", "card.approve", ref(asked), at=at)
    await desk.sent()
    await desk.press("ana", "card.approve", ref(asked), at=at)
    (said,) = await desk.whispers()
    assert "<@U0BO> approved this at" in said
    assert (await desk.now(asked)).decided_by == "T0LOCAL/U0BO"


async def test_ones_own_second_click_is_called_ones_own(desk: Desk) -> None:
    asked = await desk.question()
    for _ in range(2):
        await desk.press("bo", "card.approve", ref(asked), at=await desk.card_at(asked))
    said = [drawn.text for row, drawn in await desk.sent() if row.view == "note"]
    assert len(said) == 1
    assert said[0].startswith("You approved this at")


async def test_who_may_not_decide_hears_why_and_the_card_stays(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("dee", "card.approve", ref(asked), at=await desk.card_at(asked))
    sent = await desk.sent()
    assert [(row.kind, row.user) for row, _ in sent] == [("ephemeral", "T0LOCAL/U0DEE")]
    assert "Only the named approvers can decide this" in sent[0][1].text
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_outsiders_and_guests_decide_nothing(desk: Desk) -> None:
    asked = await desk.question()
    for who in ("gus", "eve", "lost"):
        await desk.press(who, "card.approve", ref(asked), at=await desk.card_at(asked))
        assert len(await desk.whispers()) == 1
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_a_button_of_an_older_version_is_refused(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.approve", f"{asked.id}.{asked.version + 1}", at=await desk.card_at(asked))
    assert "older version" in (await desk.whispers())[0]


async def test_a_look_alike_of_another_app_is_refused(desk: Desk) -> None:
    asked = await desk.question()
    body_at = ("C0SUPPORT", "999.9")
    await desk.press("bo", "card.approve", ref(asked), at=body_at, app="A0OTHER")
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_a_card_whose_place_was_lost_is_found_again(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.approve", ref(asked), at=("C0SUPPORT", "777.7"))
    places = await desk.store.read(lambda tx: outbox.places(tx, f"escalation:{asked.id}", "card"))
    assert ("C0SUPPORT", "777.7") in places
    assert (await desk.now(asked)).state is EscalationState.DECIDED


async def test_a_forged_value_is_refused(desk: Desk) -> None:
    asked = await desk.question()
    at = await desk.card_at(asked)
    for value in ("", "1", "1.1.1; drop", "x" * 1999, "999999999999999.1"):
        await desk.press("bo", "card.approve", value, at=at)
        assert len(await desk.whispers()) == 1
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_reject_asks_why_and_tells_the_reason(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.reject", ref(asked), at=await desk.card_at(asked))
    answer = await desk.submit(
        "bo",
        desk.web.opened[0],
        {"in.reason": {"selected_option": {"value": "wrong_target"}}, "in.note": {"value": "This is <shipping>"}},
    )
    assert answer == {}
    assert (await desk.now(asked)).reason == "Wrong target: This is <shipping>"
    card = (await desk.sent())[0][1]
    assert "Rejected by <@U0BO>" in card.text
    assert "Wrong target: This is &lt;shipping&gt;" in card.text
    assert "Nothing was changed." in card.text


async def test_closing_a_dialog_decides_nothing(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.reject", ref(asked), at=await desk.card_at(asked))
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_a_dialog_left_open_while_another_decides_says_so(desk: Desk) -> None:
    """S-C12: fifty times."""
    for _ in range(50):
        asked = await desk.question()
        at = await desk.card_at(asked)
        await desk.press("bo", "card.reject", ref(asked), at=at)
        await desk.press("ana", "card.approve", ref(asked), at=at)
        answer = await desk.submit("bo", desk.web.opened[-1], {})
        assert answer["response_action"] == "update"
        assert "<@U0ANA> approved this at" in words_in(answer["view"]["blocks"])
        assert (await desk.now(asked)).verdict is Verdict.APPROVED
        desk.clock.advance(10)  # else the next card would be held back as one of a flood


async def test_edit_shows_the_arguments_and_locks_the_record(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.edit", ref(asked), at=await desk.card_at(asked))
    view = desk.web.opened[0]
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert list(inputs) == ["in.queue", "in.priority", "in.note"]
    assert inputs["in.queue"]["initial_option"]["value"] == "Billing"
    assert (inputs["in.priority"]["initial_value"], inputs["in.priority"]["max_value"]) == ("2", "5")
    assert "Ticket:  482" in words_in(view["blocks"])


async def test_edit_then_approve_records_the_change(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.edit", ref(asked), at=await desk.card_at(asked))
    answer = await desk.submit(
        "bo",
        desk.web.opened[0],
        {
            "in.queue": {"selected_option": {"value": "Shipping"}},
            "in.priority": {"value": "4"},
            "in.note": {"value": None},
        },
    )
    assert answer == {}
    after = await desk.now(asked)
    assert after.edits == {"ticket": 482, "queue": "Shipping", "priority": 4, "note": ""}
    card = (await desk.sent())[0][1]
    assert "Approved with changes by <@U0BO>" in card.text
    assert "Queue: Billing → Shipping; Priority: 2 → 4" in card.text


async def test_edit_without_a_change_is_a_plain_approval(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.edit", ref(asked), at=await desk.card_at(asked))
    same = {
        "in.queue": {"selected_option": {"value": "Billing"}},
        "in.priority": {"value": "2"},
        "in.note": {"value": ""},
    }
    await desk.submit("bo", desk.web.opened[0], same)
    after = await desk.now(asked)
    assert (after.verdict, after.edits) == (Verdict.APPROVED, None)


async def test_an_edit_out_of_bounds_keeps_the_dialog_open(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.edit", ref(asked), at=await desk.card_at(asked))
    wrong = {
        "in.queue": {"selected_option": {"value": "Billing"}},
        "in.priority": {"value": "9"},
        "in.note": {"value": ""},
    }
    answer = await desk.submit("bo", desk.web.opened[0], wrong)
    assert answer["errors"] == {"in.priority": "Input should be less than or equal to 5."}
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_an_edit_cannot_reach_a_locked_argument(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.edit", ref(asked), at=await desk.card_at(asked))
    await desk.submit("bo", desk.web.opened[0], {"in.ticket": {"value": "1"}, "in.priority": {"value": "4"}})
    assert (await desk.now(asked)).final_args["ticket"] == 482


async def test_what_does_not_fit_is_approved_only_in_the_review(desk: Desk) -> None:
    asked = await desk.question(args={"note": "n" * 9000})
    await desk.press("bo", "card.review", ref(asked), at=await desk.card_at(asked))
    view = desk.web.opened[0]
    assert words_in(view["blocks"]).count("n" * 2800) >= 3
    await desk.submit("bo", view, {})
    assert (await desk.now(asked)).verdict is Verdict.APPROVED


async def test_a_very_long_proposal_has_pages_and_approval_on_the_last(desk: Desk) -> None:
    asked = await desk.question(args={"note": "word " * 30_000})
    await desk.press("bo", "card.review", ref(asked), at=await desk.card_at(asked))
    view = desk.web.opened[-1]
    turns = 0
    while "submit" not in view:
        (following,) = [
            element
            for block in view["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"] == "modal.page#next"
        ]
        await desk.press("bo", "modal.page#next", following["value"], view={**view, "id": "V1"})
        view = desk.web.opened[-1]
        turns += 1
    assert turns >= 1


async def test_take_over_means_the_agent_does_not_act(desk: Desk) -> None:
    asked = await desk.question()
    chosen = {"selected_option": {"value": f"{ref(asked)}.take_over"}}
    await desk.press("bo", "card.more", "", at=await desk.card_at(asked), **chosen)
    assert (await desk.now(asked)).verdict is Verdict.TAKEN_OVER
    assert "<@U0BO> does this by hand. Calmops will not act." in (await desk.sent())[0][1].text


async def test_an_answer_to_a_choice_is_read_from_what_is_stored(desk: Desk) -> None:
    from agents.core.records import EscalationKind

    asked = await desk.question(
        kind=EscalationKind.CHOOSE, choices=("Refund", "Wait"), question="What now?", verb="Choose"
    )
    at = await desk.card_at(asked)
    await desk.press("bo", "card.choose#7", f"{ref(asked)}.7", at=at)
    assert "I do not know this choice" in (await desk.whispers())[0]
    await desk.press("bo", "card.choose#1", f"{ref(asked)}.1", at=at)
    assert (await desk.now(asked)).answer == "Wait"


async def test_stop_on_the_progress_message(desk: Desk) -> None:
    job_id = await desk.job()
    await desk.press("cho", "job.stop", str(job_id), at=("C0SUPPORT", "5.5"))
    assert (await desk.store.read(lambda tx: jobs.get(tx, job_id))).status is JobStatus.CANCELLED
    assert "Stopped J1." in (await desk.whispers())[0]


async def test_a_button_of_yesterday_is_answered(desk: Desk) -> None:
    await desk.press("bo", "card.undo", "1.1", at=("C0SUPPORT", "5.5"))
    assert len(await desk.whispers()) == 1


async def test_home_menus_do_what_they_say(desk: Desk) -> None:
    job_id = await desk.job()
    home = {"id": "V1", "type": "home", "private_metadata": "{}"}
    chosen = {"selected_option": {"value": f"job.stop/{job_id}"}}
    await desk.press("cho", f"job.menu#{job_id}", "", view=home, **chosen)
    assert (await desk.store.read(lambda tx: jobs.get(tx, job_id))).status is JobStatus.CANCELLED
    assert [row.kind for row, _ in await desk.sent() if row.kind == "home"] == ["home"]
    await desk.press("cho", "job.menu#9", "", view=home, selected_option={"value": "job.explode/9"})
    assert "I do not know this choice" in words_in(desk.web.opened[-1]["blocks"])


async def test_bulk_lists_reviews_and_approves_with_a_count(desk: Desk) -> None:
    asked = [await desk.question() for _ in range(3)]
    home = {"id": "V1", "type": "home", "private_metadata": "{}"}
    await desk.press("bo", "home.bulk#0", ref(asked[0]), view=home)
    ticks = [{"value": ref(asked[0])}, {"value": ref(asked[2])}]
    answer = await desk.submit("bo", desk.web.opened[-1], {"in.bulk0": {"selected_options": ticks}})
    review = answer["view"]
    assert review["submit"]["text"] == "Approve 2 of 3"
    await desk.command("ana", f"reject E{asked[2].id} no")
    answer = await desk.submit("bo", review, {})
    said = words_in(answer["view"]["blocks"])
    assert "Approved: 1 question." in said
    assert f"E{asked[2].id} was left as it is" in said
    assert (await desk.now(asked[0])).verdict is Verdict.APPROVED
    assert (await desk.now(asked[1])).state is EscalationState.PENDING


async def test_bulk_without_a_tick_stays_open(desk: Desk) -> None:
    asked = [await desk.question() for _ in range(2)]
    home = {"id": "V1", "type": "home", "private_metadata": "{}"}
    await desk.press("bo", "home.bulk#0", ref(asked[0]), view=home)
    answer = await desk.submit("bo", desk.web.opened[-1], {"in.bulk0": {"selected_options": []}})
    assert answer["errors"] == {"in.bulk0": "Tick at least one."}


async def test_dead_letter_is_edited_and_tried_again_as_a_new_job(desk: Desk) -> None:
    """S-D6."""
    job_id = await desk.job(text="wrogn")
    await desk.store.write(lambda tx: jobs.change(tx, job_id, status="dead", error="Cannot read it"))
    home = {"id": "V1", "type": "home", "private_metadata": "{}"}
    await desk.press("cho", f"job.edit#dead{job_id}", str(job_id), view=home)
    await desk.submit("cho", desk.web.opened[-1], {"in.text": {"value": "wrong"}})
    again = await desk.store.read(lambda tx: jobs.get(tx, job_id + 1))
    assert (again.input, again.lineage_of) == ({"text": "wrong"}, job_id)
    assert (await desk.store.read(lambda tx: jobs.get(tx, job_id))).status is JobStatus.CANCELLED


async def test_dead_letter_is_dropped_by_who_may(desk: Desk) -> None:
    job_id = await desk.job(by="ana")
    await desk.store.write(lambda tx: jobs.change(tx, job_id, status="dead"))
    await desk.press("cho", "job.drop", str(job_id), at=("C0OPS", "1.1"))
    assert "Only" in (await desk.whispers())[0]
    await desk.press("bo", "job.drop", str(job_id), at=("C0OPS", "1.1"))
    assert (await desk.store.read(lambda tx: jobs.get(tx, job_id))).error_code == "dropped"


async def test_ask_for_details_goes_to_the_requester_in_the_thread(desk: Desk) -> None:
    asked = await desk.question()
    chosen = {"selected_option": {"value": f"{ref(asked)}.ask"}}
    await desk.press("bo", "card.more", "", at=await desk.card_at(asked), **chosen)
    await desk.submit("bo", desk.web.opened[-1], {"in.question": {"value": "Which invoice?"}})
    sent = {row.view: drawn for row, drawn in await desk.sent()}
    assert "<@U0CHO>, <@U0BO> asks before deciding: Which invoice?" in sent["details_asked"].text
    assert "<@U0BO> asks: Which invoice?" in str(sent["escalation_card"].blocks)


async def test_reassign_only_to_somebody_who_may_decide(desk: Desk) -> None:
    asked = await desk.question()
    chosen = {"selected_option": {"value": f"{ref(asked)}.reassign"}}
    await desk.press("bo", "card.more", "", at=await desk.card_at(asked), **chosen)
    view = desk.web.opened[-1]
    answer = await desk.submit("bo", view, {"in.person": {"selected_user": "U0DEE"}})
    assert "may not decide this" in answer["errors"]["in.person"]
    assert await desk.submit("bo", view, {"in.person": {"selected_user": "U0ANA"}}) == {}
    assert "<@U0ANA> decides by" in str((await desk.sent())[-1][1].blocks)


async def test_snooze_moves_the_reminder_never_the_expiry(desk: Desk) -> None:
    asked = await desk.question()
    chosen = {"selected_option": {"value": f"{ref(asked)}.snooze"}}
    await desk.press("bo", "card.more", "", at=await desk.card_at(asked), **chosen)
    await desk.submit("bo", desk.web.opened[-1], {"in.seconds": {"selected_option": {"value": "3600"}}})
    after = await desk.now(asked)
    assert (after.remind_at, after.expires_at) == (desk.clock.now() + 3600, asked.expires_at)


async def test_undo_on_the_card_says_that_it_is_being_done(desk: Desk) -> None:
    asked = await desk.question()
    at = await desk.card_at(asked)
    await desk.press("bo", "card.approve", ref(asked), at=at)
    await desk.done(asked, undo_seconds=600)
    card = (await desk.sent())[-1][1]
    assert "card.undo" in str(card.blocks)
    await desk.press("ana", "card.undo", ref(asked), at=at)
    card = (await desk.sent())[-1][1]
    assert "<@U0ANA> asked to take it back" in card.text
    assert "card.undo" not in str(card.blocks)


async def test_a_choice_can_be_made_from_the_review(desk: Desk) -> None:
    from agents.core.records import EscalationKind

    asked = await desk.question(
        kind=EscalationKind.CHOOSE, choices=("Refund", "Wait"), question="What now?", verb="Choose"
    )
    home = {"id": "V1", "type": "home", "private_metadata": "{}"}
    await desk.press("bo", "card.review", ref(asked), view=home)
    view = desk.web.opened[-1]
    assert "submit" not in view
    await desk.press("bo", "card.choose#0", f"{ref(asked)}.0", view={**view, "id": "V2"})
    assert (await desk.now(asked)).answer == "Refund"
    assert "You answered: Refund" in words_in(desk.web.opened[-1]["blocks"])


async def test_a_long_menu_is_searched(desk: Desk) -> None:
    await desk.command("cho", "run sorter")
    view = desk.web.opened[-1]
    body = {
        "type": "block_suggestion",
        "user": {"id": "cho", "team_id": "T0LOCAL"},
        "action_id": "input",
        "block_id": "in.text",
        "value": "x",
        "view": view,
    }
    assert await desk.send("cho", "interactive", body) == {"options": []}
    assert await desk.send("cho", "interactive", body | {"view": {"callback_id": "modal.edit"}}) == {"options": []}
