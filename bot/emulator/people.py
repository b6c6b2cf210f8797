"""People, user groups, and what the Web API says about them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.emulator.wire import Json

HOME_TEAM = "T0LOCAL"


@dataclass(kw_only=True)
class User:
    """One account. `is_stranger` marks somebody of another company, seen through Slack Connect."""

    id: str
    name: str
    real_name: str
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    color: str = "4f6bed"
    team_id: str = HOME_TEAM
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    is_app_user: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    bot_id: str = ""
    app_id: str = ""

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


@dataclass(kw_only=True)
class UserGroup:
    """A mentionable group: `<!subteam^S..>`."""

    id: str
    handle: str
    name: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    deleted: bool = False


def zone_offset(tz: str, now: float) -> int:
    """Seconds east of UTC at `now`; 0 for a zone this machine does not know."""
    try:
        offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(tz)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def describe_profile(user: User, *, with_email: bool) -> Json:
    """The `profile` object."""
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title, "phone": "", "skype": "",
        "real_name": user.real_name, "real_name_normalized": user.real_name,
        "display_name": user.name, "display_name_normalized": user.name,
        "first_name": first, "last_name": last,
        "status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": "", "team": user.team_id,
    }  # fmt: skip
    if with_email and user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": user.bot_id, "api_app_id": user.app_id, "always_active": True}
    return profile


def describe_user(user: User, *, now: float, with_email: bool = False) -> Json:
    """The `user` object of users.info; a deactivated account says less about itself, as in Slack."""
    profile = describe_profile(user, with_email=with_email)
    shared: Json = {
        "id": user.id, "team_id": user.team_id, "name": user.name, "deleted": user.deleted,
        "is_bot": user.is_bot, "is_app_user": user.is_app_user, "updated": 1700000000, "profile": profile,
    }  # fmt: skip
    if user.deleted:
        return shared
    shared |= {
        "color": user.color, "real_name": user.real_name, "tz": user.tz, "tz_label": user.tz,
        "tz_offset": zone_offset(user.tz, now), "is_admin": user.is_admin, "is_owner": user.is_owner,
        "is_primary_owner": False, "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted, "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }  # fmt: skip
    if user.is_stranger:
        shared["is_stranger"] = True
    return shared


def describe_group(group: UserGroup, *, with_users: bool = False, with_count: bool = False) -> Json:
    """The `usergroup` object."""
    described: Json = {
        "id": group.id, "team_id": HOME_TEAM, "is_usergroup": True, "name": group.name,
        "description": group.description, "handle": group.handle, "is_external": False,
        "date_create": 1700000000, "date_update": 1700000000, "date_delete": 1700000000 if group.deleted else 0,
        "auto_type": None, "created_by": "U0BO", "updated_by": "U0BO", "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }  # fmt: skip
    if with_users:
        described["users"] = list(group.users)
    if with_count:
        described["user_count"] = len(group.users)
    return described
