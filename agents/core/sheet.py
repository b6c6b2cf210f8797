"""One sheet per agent: what it can read and write, what needs approval, what is forbidden, what is logged, how it is undone."""

from dataclasses import asdict, dataclass
from typing import Any

from agents.core.contract import Access, AgentSpec, Mode, Tier, Tool
from agents.core.gates import check_gates
from agents.core.policy import Policy, Ruling, rule_call
from agents.core.policy.explaining import people_in_words
from agents.core.policy.rights import demand

LOGGED = (
    "each proposal, question, answer, call and result, with who, when, the policy's version and the digest of all arguments",
    "each refusal, stop, pause and change of mode",
    "personal text beside the chain, so that it can be erased; secrets never",
)


@dataclass(frozen=True, kw_only=True)
class ToolLine:
    """One tool of an agent as the policy treats it."""

    name: str
    title: str
    target: str
    access: Access
    tier: Tier
    needs: str
    quorum: int
    undo: str


@dataclass(frozen=True, kw_only=True)
class AgentSheet:
    """Everything about an agent that people should be able to look up."""

    name: str
    title: str
    purpose: str
    version: str
    mode: Mode
    tier: Tier
    owner: str
    approvers: str
    runners: str
    reads: tuple[str, ...]
    writes: tuple[ToolLine, ...]
    forbidden: tuple[str, ...]
    evidence: tuple[str, ...]
    checks: tuple[str, ...]
    starts: tuple[str, ...]
    deadline_seconds: float
    expiry_seconds: float
    failure: str
    logged: tuple[str, ...]
    gates: tuple[str, ...]
    """Gates that it fails; empty for an agent that may work."""

    def data(self) -> dict[str, Any]:
        """The same as plain values, for `--json`."""
        return asdict(self)


def sheet_of(agent: AgentSpec[Any, Any], policy: Policy) -> AgentSheet:
    """The sheet of one agent under this policy."""
    rules = policy.of(agent.name)
    acts = [tool for tool in agent.tools if tool.access is not Access.READ]
    forbidden = [*agent.forbidden, *(name for name, part in rules.tools.items() if part.forbid)]
    return AgentSheet(
        name=agent.name,
        title=agent.title,
        purpose=agent.purpose,
        version=agent.version,
        mode=rules.mode or agent.mode,
        tier=agent.tier,
        owner=people_in_words(rules.owner),
        approvers=people_in_words(rules.approvers),
        runners="every member" if rules.runners is None else people_in_words(rules.runners),
        reads=tuple(tool.title for tool in agent.tools if tool.access is Access.READ),
        writes=tuple(_line(agent, tool, policy) for tool in acts),
        forbidden=(*sorted(set(forbidden)), "everything that is not named here"),
        evidence=agent.evidence,
        checks=(*(check.says for check in agent.checks), *([f"{agent.judge} accepts it"] if agent.judge else [])),
        starts=tuple(sorted(agent.triggers)),
        deadline_seconds=agent.deadline.total_seconds(),
        expiry_seconds=rules.expiry.total_seconds(),
        failure=agent.failure,
        logged=LOGGED,
        gates=tuple(str(failure) for failure in check_gates(agent, policy)),
    )


def _line(agent: AgentSpec[Any, Any], tool: Tool[Any], policy: Policy) -> ToolLine:
    rules = policy.of(agent.name)
    of_tool = rules.tools.get(tool.name)
    # Without arguments every high-value rule counts as a match, so this asks what holds for an ordinary call.
    ordinary = rules.model_copy(update={"high_value": ()})
    needed = demand(ordinary, tool=tool.name, tier=tool.tier)
    ruling = rule_call(agent, tool, mode=Mode.AUTO, stop=None, rules=ordinary)
    if ruling.ruling is Ruling.FORBID or (of_tool and of_tool.forbid):
        needs = "forbidden"
    elif ruling.ruling is Ruling.ASK:
        needs = "always an approval"
    else:
        needs = "an approval until its kind of case has earned more"
        if any(rule.tool in (None, tool.name) for rule in rules.high_value):
            needs += ", and always above the policy's limits"
    window = tool.undo_window.total_seconds() / 60
    return ToolLine(
        name=tool.name,
        title=tool.title,
        target=tool.target,
        access=tool.access,
        tier=needed.tier,
        needs=needs,
        quorum=needed.quorum,
        undo=f"from its card for {window:g} minutes" if tool.undo else "cannot be undone from here",
    )
