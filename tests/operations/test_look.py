"""What a card masks is opened by those who decide, and each look is written down."""

import pytest

from agents.core.errors import NotAllowed
from agents.core.people import Person, PersonKind
from handlers.cards import load_card
from handlers.operations.look import look_closer
from tests.operations.town import BO, CHO, DEE, REGISTRY, Town, person, policy

MASKED = frozenset({"note"})


async def test_approvers_may_look_and_each_look_is_written_down(town: Town) -> None:
    """S-G5."""
    asked = await town.ask()
    await town.write(lambda tx: look_closer(tx, town.policy, asked, BO, masked=MASKED))
    assert (await town.last("escalation.looked"))["masked"] == ["note"]


@pytest.mark.parametrize("who", [CHO, DEE, person("bo", PersonKind.GUEST)], ids=lambda one: str(one.id))
async def test_nobody_else_may_and_the_try_is_written_down(town: Town, who: Person) -> None:
    """S-G5."""
    asked = await town.ask()
    with pytest.raises(NotAllowed, match="only the people who decide"):
        await town.write(lambda tx: look_closer(tx, town.policy, asked, who, masked=MASKED))
    assert "look.refused" in await town.events(asked.job_id)


async def test_where_nothing_is_masked_everybody_may_read_what_the_channel_shows(town: Town) -> None:
    asked = await town.ask()
    await town.write(lambda tx: look_closer(tx, town.policy, asked, CHO, masked=frozenset()))
    assert "escalation.looked" not in await town.events(asked.job_id)


async def test_the_policy_masks_arguments_of_every_tool(town: Town) -> None:
    """S-G5."""
    asked = await town.ask()
    town.policy = policy().model_copy(update={"sensitive": frozenset({"note"})})
    card = await town.read(lambda tx: load_card(tx, REGISTRY, town.policy, asked.id))
    assert [one.name for one in card.shown if one.sensitive] == ["note"]
