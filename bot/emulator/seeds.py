"""The company every local workspace starts with: stable people, groups and channels with stable ids."""

from bot.emulator.channels import Channel
from bot.emulator.people import User, UserGroup

TEAM_ID = "T0LOCAL"
TEAM_NAME = "Calm Company"
TEAM_DOMAIN = "calm-company"
OTHER_TEAM_ID = "T0OTHER"


def seed_users() -> list[User]:
    """One person for each role a test needs."""
    return [
        User(id="U0ANA", name="ana", real_name="Ana Silva", title="Support lead", email="ana@calm.example",
             tz="Europe/Lisbon", color="2d7d6f"),
        User(id="U0BO", name="bo", real_name="Bo Lindqvist", title="Billing lead", email="bo@calm.example",
             tz="Europe/Stockholm", color="8a4baf", is_admin=True),
        User(id="U0CHO", name="cho", real_name="Cho Min-ji", title="Support", email="cho@calm.example",
             tz="Asia/Seoul", color="b4531a"),
        User(id="U0DEE", name="dee", real_name="Dee Okafor", title="Operations", email="dee@calm.example",
             tz="America/New_York", color="1d6fb8"),
        User(id="U0GUS", name="gus", real_name="Gus Weber", title="Contractor (guest)", email="gus@guest.example",
             tz="Europe/Berlin", color="7d7a1e", is_restricted=True),
        User(id="U0EVE", name="eve", real_name="Eve Moreau", title="Acme (external)", email="eve@acme.example",
             tz="Europe/Paris", color="a83256", team_id=OTHER_TEAM_ID, is_stranger=True),
        User(id="U0OLD", name="old", real_name="Olden Daze", title="Left the company", email="old@calm.example",
             deleted=True),
        User(id="U0OTHERBOT", name="otherbot", real_name="Other Bot", title="A bot of another app", is_bot=True,
             bot_id="B0OTHERBOT", app_id="A0OTHERBOT"),
        User(id="USLACKBOT", name="slackbot", real_name="Slackbot", is_app_user=False, is_bot=False),
    ]  # fmt: skip


def seed_groups() -> list[UserGroup]:
    """User groups that may be named as approvers."""
    return [
        UserGroup(id="S0SUPPORT", handle="support-leads", name="Support leads", users=["U0ANA"]),
        UserGroup(id="S0BILLING", handle="billing-leads", name="Billing leads", users=["U0BO"]),
        UserGroup(id="S0OPS", handle="ops", name="Operations", users=["U0DEE", "U0BO"]),
    ]


def seed_channels(bot_user: str) -> list[Channel]:
    """Public, private, shared and general channels; the app's bot is in all but #general."""
    everyone = ["U0ANA", "U0BO", "U0CHO", "U0DEE"]
    return [
        Channel(id="C0SUPPORT", name="support", members=[*everyone, "U0GUS", bot_user],
                topic="What customers need from us"),
        Channel(id="C0OPS", name="ops", members=["U0ANA", "U0BO", "U0DEE", bot_user], topic="How the work goes"),
        Channel(id="C0GENERAL", name="general", members=[*everyone, "U0OTHERBOT"], is_general=True,
                topic="The whole company"),
        Channel(id="C0FINANCE", name="finance", kind="group", members=["U0BO", "U0DEE", bot_user],
                topic="Invoices and refunds"),
        Channel(id="C0PARTNER", name="partner-acme", members=["U0ANA", "U0BO", "U0EVE", bot_user],
                is_ext_shared=True, connected_teams=[OTHER_TEAM_ID], topic="Shared with Acme"),
    ]  # fmt: skip
