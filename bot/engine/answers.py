"""After people answered: the stored call runs, once, or the agent is told why it does not."""

from typing import Any

from agents.core.errors import Conflict, NotAllowed, Transient
from agents.core.ids import EffectId, PersonId
from agents.core.job import CallOutcome, CallState
from agents.core.people import Person, PersonKind
from agents.core.policy import Clearance, check_execution, people_behind
from agents.core.records import (
    DecisionRecord,
    EffectRecord,
    EffectState,
    EscalationKind,
    EscalationRecord,
    EscalationState,
    Verdict,
)
from agents.core.status import WaitKind
from bot.engine.calls import ask_again, audit_refusal
from bot.engine.context import Run
from bot.engine.effects import HAPPENED, RUN_IT, again, finish, intend, outcome_of, perform, recover
from bot.engine.parking import park
from bot.engine.wishes import Wish, read_args
from storage import escalations, journal
from storage.store import Tx


async def go_on(run: Run, wish: Wish, known: EffectRecord) -> CallOutcome:
    """A call of which an earlier run wrote down at least the intent: what runs is what was stored then."""
    approval = run.journal.escalations.get(wish.name)
    match known.state:
        case EffectState.DONE | EffectState.UNDONE | EffectState.SKIPPED:
            return outcome_of(known, approval)
        case EffectState.UNKNOWN:
            return await after_review(run, wish, known, approval)
        case EffectState.INTENDED | EffectState.FAILED:
            return await recover(run, wish.tool, known, read_args(wish.tool, known.args), approval)


async def after_answer(run: Run, wish: Wish, asked: EscalationRecord) -> CallOutcome:
    """What becomes of a call that was put to people."""
    if asked.kind is EscalationKind.SHADOW:
        return CallOutcome(state=CallState.SHADOW, args=asked.args)
    asked = await wait_for_answer(run, asked)
    if asked.state is not EscalationState.DECIDED:
        return CallOutcome(state=CallState.EXPIRED, args=asked.args, reason=asked.outcome or "Nobody answered in time.")
    match asked.verdict:
        case Verdict.APPROVED:
            return await _execute(run, wish, asked)
        case Verdict.TAKEN_OVER:
            state = CallState.TAKEN_OVER
        case _:
            state = CallState.REJECTED
    return CallOutcome(state=state, args=asked.args, by=asked.decided_by, reason=asked.reason or "")


async def wait_for_answer(run: Run, asked: EscalationRecord) -> EscalationRecord:
    """The escalation with its answer. Parks while there is none; an answer that came meanwhile is taken at once."""
    latest = asked

    def look(tx: Tx) -> str | None:
        nonlocal latest
        latest = escalations.latest(tx, run.id, asked.name) or asked
        return f"escalation:{latest.id}" if latest.state is EscalationState.PENDING else None

    if asked.state in (EscalationState.PENDING, EscalationState.REPLACED):
        await park(run, WaitKind.PERSON, look)
    run.journal.escalations[asked.name] = latest
    return latest


async def _execute(run: Run, wish: Wish, approval: EscalationRecord) -> CallOutcome:
    """Runs the stored call of an approval, after checking it once more: who approved, what, and of which record."""
    tool = wish.tool
    args = read_args(tool, approval.final_args)
    votes = await run.world.store.read(lambda tx: journal.ballots(tx, approval))
    people = await look_up(run, approval, votes)
    version = await tool.version(run.context(), args) if tool.version else None
    now = run.world.clock.now()
    cleared = check_execution(approval, run.world.policy(), people, version, now, votes=votes)
    match cleared.clearance:
        case Clearance.REFUSE:
            await run.write(lambda tx: audit_refusal(tx, run, tool, cleared.because))
            raise NotAllowed(cleared.because)
        case Clearance.ASK_AGAIN:
            await ask_again(run, wish, approval, version, cleared.because)
        case Clearance.RUN:
            pass

    def spend(tx: Tx) -> EffectRecord:
        intended = intend(
            tx, run, tool, wish.name, approval.final_args, approval=approval, decider=approval.decided_by or ""
        )
        if not escalations.spend(tx, approval.id):
            raise Conflict(f"The approval E{approval.id} was used already.")
        return intended

    effect = await run.write(spend)
    run.world.faults.point("after_intent")
    run.journal.effects[wish.name] = effect
    return await perform(run, tool, effect, args, approval)


async def look_up(run: Run, approval: EscalationRecord, votes: list[DecisionRecord]) -> list[Person]:
    """Everyone behind an approval, as they are now. Raises `Transient` while that cannot be found out: an approval that
    cannot be checked is not one, and it is not lost either."""
    found = [await run.world.people.person(person, fresh=True) for person in sorted(people_behind(approval, votes))]
    if any(person.kind is PersonKind.UNKNOWN for person in found):
        raise Transient("The people who approved this could not be looked up just now.", retry_after=5)
    return found


async def after_review(run: Run, wish: Wish, effect: EffectRecord, approval: EscalationRecord | None) -> CallOutcome:
    """What becomes of an effect with an unknown end, once a person said what they know."""
    review = run.journal.escalations.get(f"review {effect.name}")
    if review is None:
        raise Conflict(f"Effect {effect.id} is unknown, and the question about it is gone.")
    review = await wait_for_answer(run, review)
    args = read_args(wish.tool, effect.args)
    by = review.decided_by or PersonId("")
    if review.answer == HAPPENED:
        return await finish(run, wish.tool, effect, approval, None, by=by)
    if review.answer == RUN_IT:
        return await again(run, wish.tool, effect, args, approval, decider=by)
    await run.write(lambda tx: _leave(tx, run, effect))
    reason = f"Left as it is by {by}." if by else "Nobody could say whether it happened."
    return CallOutcome(state=CallState.TAKEN_OVER, args=effect.args, by=review.decided_by, reason=reason)


def _leave(tx: Tx, run: Run, effect: EffectRecord) -> Any:
    journal.guard(tx, run.id, run.job.fence)
    return journal.settle_effect(tx, EffectId(effect.id), EffectState.SKIPPED)
