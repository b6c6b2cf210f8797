"""One table of everything the control API can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal

from bot.emulator import agents, functions
from bot.emulator.control import machinery, people, reads, scenario, uploads, waiting, world
from bot.emulator.local import LocalSlack
from bot.emulator.wire import ActError, Json

Run = Callable[[LocalSlack, Json], Awaitable[Json]]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One control command. `recorded` acts are what people and the world did: a scenario is made of them."""

    name: str
    run: Run
    verb: Literal["GET", "POST"] = "POST"
    recorded: bool = False

    @property
    def about(self) -> str:
        """What it does, in one sentence."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


def _reading(read: Callable[[LocalSlack, Json], Json]) -> Run:
    @wraps(read)
    async def run(local: LocalSlack, wanted: Json) -> Json:
        return read(local, wanted)

    return run


async def _replay(local: LocalSlack, wanted: Json) -> Json:
    """Do an exported scenario again, at once or with `pace` 1 in its own time."""
    return await scenario.replay(local, wanted, lambda act, inner: run_act(local, act, inner))


_PEOPLE: dict[str, Run] = {
    "say": people.say, "edit": people.edit, "delete": people.delete, "command": people.command,
    "action": people.action, "submit": people.submit, "close": people.close, "shortcut": people.shortcut,
    "message_shortcut": people.message_shortcut, "options": people.options, "open_home": people.open_home,
    "react": people.react, "open_dm": people.open_dm, "mark": people.mark, "context": people.context,
    "join": world.join, "leave": world.leave, "invite": world.invite, "create_channel": world.create_channel,
    "archive": world.archive, "unarchive": world.unarchive, "share": world.share, "user": world.change_user,
    "usergroup": world.change_usergroup, "install": world.install, "uninstall": world.uninstall,
    "revoke": world.revoke, "stop": agents.stop, "rename_session": agents.rename, "function": functions.run_function,
    "upload": uploads.upload,
}  # fmt: skip
_MACHINERY: dict[str, Run] = {
    "faults": machinery.set_fault, "clear_faults": machinery.clear_faults, "redeliver": machinery.redeliver,
    "disconnect": machinery.disconnect, "clock": machinery.set_clock, "settings": machinery.settings,
    "reset": machinery.reset, "snapshot": machinery.snapshot,
    "wait": waiting.wait, "wait_connected": waiting.wait_connected, "replay": _replay,
}  # fmt: skip
_READS: dict[str, Run] = {
    "state": _reading(reads.state), "messages": _reading(reads.read_messages), "home": _reading(reads.read_home),
    "views": _reading(reads.read_views), "traffic": _reading(reads.read_traffic), "list_faults": machinery.read_faults,
    "executions": functions.read_executions, "export": scenario.export,
}  # fmt: skip

ACTS: dict[str, Act] = {
    **{name: Act(name=name, run=run, recorded=True) for name, run in _PEOPLE.items()},
    **{name: Act(name=name, run=run) for name, run in _MACHINERY.items()},
    **{name: Act(name=name, run=run, verb="GET") for name, run in _READS.items()},
}


async def run_act(local: LocalSlack, name: str, wanted: Json) -> Json:
    """Carry out a control command; raises ActError with the reason when it cannot be."""
    act = ACTS.get(name)
    if act is None:
        raise ActError("unknown_control", f"There is no control command {name!r}. There are: {', '.join(ACTS)}.")
    if not act.recorded:
        return await act.run(local, wanted)
    entry = local.record.add("act", act=name, wanted=wanted, answer=None)
    try:
        answer = await act.run(local, wanted)
    except ActError as refusal:
        entry["answer"] = refusal.answer()
        raise
    entry["answer"] = answer
    local.record.show(entry)
    return answer
