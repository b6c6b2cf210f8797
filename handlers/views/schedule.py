"""The dialog of a scheduled run was submitted: a new one, or one that is there already."""

from handlers import operations
from handlers.blocks.schedule_dialogs import run_dialog
from handlers.commands.times import spec_of
from handlers.starting import schedulable
from handlers.views.recurring import entered, problems_of, save, set_up
from handlers.views.submission import Answer, Submission


async def handle_schedule(submission: Submission) -> Answer:
    """What cannot be read is said at its field; what the agent cannot be given, at its words."""
    deps, name = submission.deps, submission.held.name or submission.choice("in.agent")
    form = entered(submission, name=name, text=submission.text("in.text"))
    errors = problems_of(form)
    if errors:
        return await submission.errors(errors)
    spec, policy = spec_of(form.when.split()), deps.policy()
    if submission.held.ref:
        agents = schedulable(deps, submission.actor)
        return await save(submission, form, lambda held, above: run_dialog(form, agents, held, above=above))
    return await set_up(
        submission,
        "New schedule",
        "The agent is scheduled.",
        lambda tx: operations.add_run(
            tx,
            policy,
            deps.registry,
            submission.actor,
            agent=name,
            text=form.text,
            spec=spec,
            channel=form.channel,
            timezone=form.zone,
        ),
    )
