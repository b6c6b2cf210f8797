"""Reminds a team of tickets before they are late, and again, ever more rarely, while they are."""

import re
from datetime import timedelta

from pydantic import Field, TypeAdapter, field_validator, model_validator

from agents.core.contract import AgentSpec, Check, Lane, Mode, Record, Trigger
from agents.core.errors import InvalidInput
from agents.core.job import Job
from agents.core.sla import CHAIN_STAGE, read_quiet_hours
from agents.tools.reminders import Reminder, due_reminders, remind_tickets

_EXAMPLE = "run sla_reminder channel=#support mention=@support-leads then=@ops quiet=20:00-07:00 zone=Europe/Berlin"
_ID = re.compile(r"^<?[#@!]?(?:subteam\^)?([A-Z][A-Z0-9]{2,20})(?:\|[^>]*)?>?$")


class SlaInput(Record):
    """Where to remind whom. `then` are asked too once a ticket is an hour late; in quiet hours only urgent tickets count."""

    channel: str = Field(default="", max_length=40)
    mention: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    quiet: str = Field(default="", max_length=20)
    zone: str = Field(default="UTC", max_length=60)

    @field_validator("channel", mode="before")
    @classmethod
    def _read_channel(cls, value: object) -> object:
        return _id(value) if isinstance(value, str) and value else value

    @field_validator("mention", "then", mode="before")
    @classmethod
    def _read_people(cls, value: object) -> object:
        return tuple(_id(part) for part in value.split(",") if part) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _quiet_hours_can_be_read(self) -> "SlaInput":
        try:
            read_quiet_hours(self.quiet, self.zone)
        except InvalidInput as error:
            raise ValueError(str(error)) from None
        return self


class SlaOutput(Record):
    """How many open tickets were looked at, and which people were reminded of."""

    looked_at: int
    reminded: list[int]


async def run(job: Job, request: SlaInput) -> SlaOutput:
    """Looks at every open ticket with a due time; one message for all that need one."""
    channel = request.channel or job.source.channel
    if not channel:
        raise InvalidInput(f"Which channel? Example: {_EXAMPLE}")
    await job.progress("Look at open tickets")
    found = (await job.call(due_reminders, quiet=request.quiet, zone=request.zone)).result
    due = TypeAdapter(list[Reminder]).validate_python(found["due"])
    if not due:
        return SlaOutput(looked_at=found["looked_at"], reminded=[])
    late = any(reminder.stage >= CHAIN_STAGE for reminder in due)
    called = await job.call(
        remind_tickets,
        because="These tickets are due soon or late, and nobody was told about this stage yet.",
        case_type="late" if late else "due soon",
        channel=channel,
        mention=tuple(dict.fromkeys((*request.mention, *(request.then if late else ())))),
        reminders=tuple(due),
    )
    return SlaOutput(looked_at=found["looked_at"], reminded=[one.ticket for one in due] if called.done else [])


def from_text(text: str) -> SlaInput:
    """`key=value` words. Raises `InvalidInput` that names the word it cannot read, and `ValidationError`."""
    values: dict[str, str] = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        if not equals or key not in SlaInput.model_fields:
            raise InvalidInput(f"{word} is not understood. Example: {_EXAMPLE}")
        values[key] = value
    return SlaInput.model_validate(values)


def _id(word: str) -> str:
    found = _ID.match(word)
    if found is None:
        raise ValueError(f"{word} is no channel, person or group of this workspace. Example: {_EXAMPLE}")
    return found[1]


sla_reminder = AgentSpec(
    name="sla_reminder",
    title="SLA reminders",
    purpose="Reminds a team of open tickets before they are late, and again while they are, less and less often.",
    version="1",
    owner="support lead",
    input=SlaInput,
    output=SlaOutput,
    run=run,
    tools=(due_reminders, remind_tickets),
    triggers=frozenset({Trigger.COMMAND, Trigger.SCHEDULE}),
    lane=Lane.FAST,
    mode=Mode.REVIEW,
    deadline=timedelta(minutes=30),
    evidence=("each ticket with its due time and a link",),
    checks=(
        Check(says="each stage of a ticket's due time is mentioned once"),
        Check(
            says="no ticket stands in one reminder twice",
            holds=lambda _, made: len(set(made.reminded)) == len(made.reminded),
        ),
    ),
    failure="The owner is told, and the next run looks at the same tickets again.",
    summary=lambda request: f"SLA reminders{f' in {request.channel}' if request.channel else ''}",
    from_text=from_text,
)
