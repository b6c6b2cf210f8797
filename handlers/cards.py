"""Reads together what a card or a job's sheet is drawn from."""

from agents.core.contract import Access, AgentSpec, Registry, Tool
from agents.core.errors import NotFound
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.policy import People, Policy, demand_of
from agents.core.records import EscalationRecord, EscalationState
from handlers.blocks.card import Card, Vote
from handlers.blocks.jobs import Sheet
from handlers.blocks.proposal import shown_args
from handlers.steps import step_words, tool_titles
from storage import controls, escalations, jobs, journal
from storage.store import Tx


def load_card(tx: Tx, registry: Registry, policy: Policy, escalation_id: EscalationId) -> Card:
    """Everything that the card of one question shows, as the rows are now. Raises `NotFound`."""
    escalation = escalations.get(tx, escalation_id)
    job = jobs.get(tx, escalation.job_id)
    tool = tool_of(registry, escalation)
    model = tool.args if tool else None
    sensitive = (tool.sensitive if tool else frozenset[str]()) | policy.of(escalation.agent).sensitive
    needed = demand_of(escalation, policy)
    effects = [one for one in journal.effects_of(tx, job.id).values() if one.escalation_id == escalation.id]
    halts = controls.all_of(tx, controls.PAUSE + escalation.agent) | controls.all_of(tx, controls.STOP)
    halt = halts.get(controls.STOP) or halts.get(controls.PAUSE + escalation.agent)
    wanted = escalations.details_of(tx, escalation.id, open_only=True)
    rungs = policy.of(escalation.agent).rungs()[: escalation.passed_on]
    return Card(
        escalation=escalation,
        job=job,
        now=tx.now,
        shown=shown_args(model, escalation.final_args, sensitive=sensitive),
        before=shown_args(model, escalation.args, sensitive=sensitive),
        approvers=needed.approvers,
        quorum=needed.quorum,
        votes=tuple(
            Vote(person=one.person, at=one.at, on_behalf_of=one.on_behalf_of)
            for one in escalations.approvals(tx, escalation)
        ),
        effect=effects[-1] if effects else None,
        irreversible=bool(tool and tool.access is Access.IRREVERSIBLE),
        undoable=bool(tool and tool.undo),
        editable=bool(tool and set(tool.args.model_fields) - tool.locked),
        target=tool.target if tool else "",
        tool=tool.title if tool else escalation.tool or "",
        paused_by=PersonId(halt["by"]) if halt else None,
        asked=(wanted[-1].by, wanted[-1].question) if wanted else None,
        asked_next=rungs[-1].to if rungs else People(),
    )


def load_sheet(tx: Tx, registry: Registry, job_id: JobId) -> Sheet:
    """Everything that a job's sheet shows. Raises `NotFound`."""
    job = jobs.get(tx, job_id)
    agent = registry.find(job.agent)
    return Sheet(
        job=job,
        title=agent.title if agent else job.agent,
        now=tx.now,
        steps=step_words(journal.steps_of(tx, job_id), agent),
        tools=tool_titles(registry, job.agent),
        effects=tuple(journal.effects_of(tx, job_id).values()),
        open=tuple(one for one in escalations.of_job(tx, job_id) if one.state is EscalationState.PENDING),
    )


def tool_of(registry: Registry, escalation: EscalationRecord) -> Tool | None:  # type: ignore[type-arg]  # of any arguments
    """The tool a question is about; None when the agent or the tool is gone, and for questions about no tool."""
    agent: AgentSpec | None = registry.find(escalation.agent)  # type: ignore[type-arg]
    if agent is None or not escalation.tool:
        return None
    try:
        return agent.tool(escalation.tool)
    except NotFound:
        return None
