"""After people answered: the stored call runs, once, or the agent is told why it does not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.core.canonical import call_digest
from agents.core.errors import Ambiguous, CalmopsError, Conflict, NotAllowed, Transient
from agents.core.failures import failure_of
from agents.core.ids import MACHINE, EffectId, PersonId, team_of
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
from bot.engine import breaker
from bot.engine.calls import ask_again, audit_refusal, read_version
from bot.engine.context import Run
from bot.engine.effects import again, carry_out, find_out, finish, outcome_of
from bot.engine.explaining import explain
from bot.engine.intents import intend, retry_intent
from bot.engine.parking import park
from bot.engine.raising import remembered
from bot.engine.ruling import is_forbidden
from bot.engine.wishes import Wish, read_args
from handlers.operations.review import HAPPENED, RUN_IT, review_name
from storage import escalations, journal
from storage.store import Tx


async def go_on(run: Run, wish: Wish, known: EffectRecord) -> CallOutcome:
    """A call of which an earlier run wrote down at least the intent: what runs is what was stored then."""
    asked = run.journal.escalations.get(wish.name)
    if call_digest(known.tool, known.args) != known.digest:
        raise CalmopsError(f"What is stored of {wish.name} is damaged: it is not what was intended.")
    match known.state:
        case EffectState.DONE | EffectState.UNDONE | EffectState.SKIPPED:
            return outcome_of(known, asked)
        case EffectState.UNKNOWN:
            return await after_review(run, wish, known, asked)
        case EffectState.INTENDED if not wish.tool.keyed:
            cut = failure_of(Ambiguous(f"The worker was lost while {wish.tool.title} was running."))
            return await find_out(run, wish.tool, known, read_args(wish.tool, known.args), asked, cut)
        case EffectState.INTENDED:
            return await again(run, wish.tool, known, read_args(wish.tool, known.args), asked, decider="same key")
        case EffectState.FAILED if known.finished_at is not None:
            raise remembered(known)
        case EffectState.FAILED if asked is not None:
            return await after_answer(run, wish, asked, failed=known)
        case EffectState.FAILED:
            args = read_args(wish.tool, known.args)
            return await again(run, wish.tool, known, args, None, decider="it did not happen before")


async def after_answer(
    run: Run, wish: Wish, asked: EscalationRecord, *, failed: EffectRecord | None = None
) -> CallOutcome:
    """What becomes of a call that was put to people. `failed` is an earlier attempt that certainly did not happen."""
    if asked.kind is EscalationKind.SHADOW:
        return CallOutcome(state=CallState.SHADOW, args=asked.args)
    asked = await wait_for_answer(run, asked)
    if asked.state is not EscalationState.DECIDED:
        return CallOutcome(state=CallState.EXPIRED, args=asked.args, reason=asked.outcome or "Nobody answered in time.")
    match asked.verdict:
        case Verdict.APPROVED:
            return await _execute(run, wish, asked, failed)
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
        await explain(run, asked)
        await park(run, WaitKind.PERSON, look)
    run.journal.escalations[asked.name] = latest
    return latest


async def _execute(run: Run, wish: Wish, approval: EscalationRecord, failed: EffectRecord | None) -> CallOutcome:
    """Runs the stored call of an approval, after checking it once more: who approved, what, and of which record."""
    tool = wish.tool
    args = read_args(tool, approval.final_args)
    same = failed is not None and failed.escalation_id == approval.id
    votes = run.journal.ballots.get(approval.id)
    if votes is None:
        votes = await run.world.store.read(lambda tx: journal.ballots(tx, [approval.id])[approval.id])
    people = await look_up(run, approval, votes)
    version = await read_version(run, replace(wish, args=args))
    # One approval is good for one effect. An attempt that did not happen leaves it unused.
    shown = replace(approval, used_at=None) if same else approval
    cleared = check_execution(shown, run.world.policy(), people, version, run.world.clock.now(), votes=votes)
    match cleared.clearance:
        case Clearance.REFUSE:
            await run.write(lambda tx: audit_refusal(tx, run, tool, cleared.because))
            raise NotAllowed(cleared.because)
        case Clearance.ASK_AGAIN:
            await ask_again(run, wish, approval, version, cleared.because)
        case Clearance.RUN:
            pass
    by = approval.decided_by or ""

    def spend(tx: Tx) -> EffectRecord:
        if is_forbidden(run, replace(wish, args=args, given=approval.final_args)):
            raise NotAllowed(f"The policy does not allow {tool.name} any more.")
        if not same and not escalations.spend(tx, approval.id):
            raise Conflict(f"The approval E{approval.id} was used already.")
        if failed is None:
            return intend(tx, run, tool, wish.name, approval.final_args, approval=approval, decider=by)
        return retry_intent(
            tx,
            run,
            failed,
            target=tool.target,
            approval=approval,
            decider=by,
            args=approval.final_args,
            digest=call_digest(tool.name, approval.final_args),
            escalation_id=approval.id,
        )

    breaker.check(run.world, tool.target)
    return await carry_out(run, tool, spend, args, approval)


async def look_up(run: Run, approval: EscalationRecord, votes: Sequence[DecisionRecord]) -> list[Person]:
    """Everyone behind an approval, as they are now. Raises `Transient` while that cannot be found out: an approval that
    cannot be checked is not one, and it is not lost either."""
    found = [await _person(run, one) for one in sorted(people_behind(approval, votes))]
    if any(person.kind is PersonKind.UNKNOWN for person in found):
        raise Transient("The people who approved this could not be looked up just now.", retry_after=5)
    return found


async def _person(run: Run, person: PersonId) -> Person:
    """The account as it is now. Who decided at this machine's own command line has no account to be asked about."""
    if team_of(person) == MACHINE:
        return Person(id=person, kind=PersonKind.OPERATOR)
    return await run.world.people.person(person, fresh=True)


async def after_review(run: Run, wish: Wish, effect: EffectRecord, approval: EscalationRecord | None) -> CallOutcome:
    """What becomes of an effect with an unknown end, once a person said what they know."""
    review = run.journal.escalations.get(review_name(effect))
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
