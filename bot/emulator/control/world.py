"""What changes around the app: members, channels, people, groups, installation, tokens."""

from dataclasses import replace

from bot.emulator import events, membership
from bot.emulator.apps import App
from bot.emulator.control.reads import describe_app, describe_person
from bot.emulator.founding import add_app
from bot.emulator.local import LocalSlack
from bot.emulator.people import User, UserGroup, describe_group, describe_user
from bot.emulator.wire import ActError, Json


async def join(local: LocalSlack, wanted: Json) -> Json:
    """Join a public channel."""
    user, channel = local.who(wanted.get("as")), local.where(wanted.get("channel"))
    if not local.sees(user.id, channel):
        raise ActError("channel_not_found", f"{user.name} cannot see this channel.")
    return {"ok": True, "changed": membership.join(local, channel, user.id)}


async def leave(local: LocalSlack, wanted: Json) -> Json:
    """Leave, or with `user` be removed (`bot removed` is leave with the bot as user)."""
    user, channel = local.who(wanted.get("user") or wanted.get("as")), local.where(wanted.get("channel"))
    return {"ok": True, "changed": membership.leave(local, channel, user.id)}


async def invite(local: LocalSlack, wanted: Json) -> Json:
    """Bring somebody (or an app's bot) into a channel."""
    channel, guest = local.where(wanted.get("channel")), local.who(wanted.get("user"))
    inviter = local.who(wanted.get("as") or "bo")
    return {"ok": True, "changed": membership.join(local, channel, guest.id, inviter=inviter.id)}


async def create_channel(local: LocalSlack, wanted: Json) -> Json:
    """A new channel."""
    name = str(wanted.get("name", "")).removeprefix("#")
    if not name or local.workspace.conversation(name) is not None:
        raise ActError("name_taken" if name else "invalid_name", f"A channel cannot be called {name!r}.")
    creator = local.who(wanted.get("as") or "bo")
    channel = membership.create(local, name, creator.id, private=bool(wanted.get("private")))
    for member in wanted.get("members") or []:
        membership.join(local, channel, local.who(member).id, inviter=creator.id)
    return {"ok": True, "channel": channel.id}


async def archive(local: LocalSlack, wanted: Json) -> Json:
    """Archive a channel."""
    return _archived(local, wanted, True)


async def unarchive(local: LocalSlack, wanted: Json) -> Json:
    """Bring a channel back."""
    return _archived(local, wanted, False)


async def share(local: LocalSlack, wanted: Json) -> Json:
    """Connect a channel to another company (`shared: false` cuts it)."""
    channel = local.where(wanted.get("channel"))
    shared = bool(wanted.get("shared", True))
    return {"ok": True, "changed": membership.set_shared(local, channel, str(wanted.get("team", "T0OTHER")), shared)}


async def change_user(local: LocalSlack, wanted: Json) -> Json:
    """Create or change a person: name, title, email, tz, role, deleted, groups."""
    known = local.workspace.person(str(wanted.get("id") or wanted.get("user") or wanted.get("name") or ""))
    if known is None:
        name = str(wanted.get("name") or "").lower()
        if not name:
            raise ActError("user_not_found", "A new person needs a name.")
        known = User(id=str(wanted.get("id") or local.workspace.new_id("U")), name=name, real_name=name.title())
        local.workspace.users[known.id] = known
    changes: Json = {k: str(wanted[k]) for k in ("name", "real_name", "title", "email", "tz", "team_id") if k in wanted}
    if "deleted" in wanted:
        changes["deleted"] = bool(wanted["deleted"])
    if "role" in wanted:
        changes |= _role(str(wanted["role"]))
    user = local.workspace.users[known.id] = replace(known, **changes)
    for handle in wanted.get("groups") or []:
        group = _group(local, str(handle))
        if user.id not in group.users:
            group.users.append(user.id)
    events.broadcast(local, "user_change", {
        "type": "user_change", "user": describe_user(user, now=local.clock.now()), "cache_ts": int(local.clock.now()),
        "event_ts": local.new_ts(),
    })  # fmt: skip
    local.bulletin.publish({"type": "user", "user": describe_person(user)})
    return {"ok": True, "user": describe_person(user)}


async def change_usergroup(local: LocalSlack, wanted: Json) -> Json:
    """Create or change a user group: users, name, deleted; `allowed: false` is a workspace on a free plan."""
    if "allowed" in wanted:
        local.workspace.groups_allowed = bool(wanted["allowed"])
    handle = str(wanted.get("usergroup") or wanted.get("handle") or "").removeprefix("@")
    if not handle:
        return {"ok": True}
    found = next((g for g in local.workspace.groups.values() if handle in (g.id, g.handle)), None)
    if found is None:
        found = UserGroup(id=local.workspace.new_id("S"), handle=handle, name=str(wanted.get("name") or handle))
        local.workspace.groups[found.id] = found
    before = list(found.users)
    if "users" in wanted:
        found.users = [local.who(user).id for user in wanted["users"] or []]
    if "deleted" in wanted:
        found.deleted = bool(wanted["deleted"])
    added, removed = [u for u in found.users if u not in before], [u for u in before if u not in found.users]
    if added or removed:
        events.broadcast(local, "subteam_members_changed", {
            "type": "subteam_members_changed", "subteam_id": found.id, "team_id": local.workspace.team_id,
            "added_users": added, "added_users_count": len(added), "removed_users": removed,
            "removed_users_count": len(removed), "date_previous_update": int(local.clock.now()),
            "date_update": int(local.clock.now()), "event_ts": local.new_ts(),
        })  # fmt: skip
    local.bulletin.publish({"type": "usergroup", "usergroup": describe_group(found, with_users=True)})
    return {"ok": True, "usergroup": describe_group(found, with_users=True)}


async def install(local: LocalSlack, wanted: Json) -> Json:
    """Add an app from a manifest, with tokens of the local form; or bring a removed one back."""
    name = wanted.get("app") or wanted.get("id")
    if name and name in local.workspace.apps:
        app = local.workspace.apps[str(name)]
        app.uninstalled = app.revoked = app.app_token_revoked = False
        if isinstance(wanted.get("manifest"), dict):
            app.adopt(wanted["manifest"])
    else:
        app = add_app(local, wanted)
    local.bulletin.publish({"type": "app", "app": describe_app(local, app)})
    return {"ok": True, "app": describe_app(local, app), "bot_token": app.bot_token, "app_token": app.app_token}


async def uninstall(local: LocalSlack, wanted: Json) -> Json:
    """Remove the app from the workspace: events, then account_inactive for its bot token."""
    app = local.app(wanted.get("app"))
    _tokens_revoked(local, app)
    events.send(local, app, "app_uninstalled", {"type": "app_uninstalled", "event_ts": local.new_ts()})
    app.uninstalled = True
    local.bulletin.publish({"type": "app", "app": describe_app(local, app)})
    return {"ok": True}


async def revoke(local: LocalSlack, wanted: Json) -> Json:
    """Revoke the bot token (`which`: bot, app or both); `restore: true` gives it back."""
    app = local.app(wanted.get("app"))
    which, gone = wanted.get("which", "bot"), not wanted.get("restore")
    if which not in ("bot", "app", "both"):
        raise ActError("unknown_token", "`which` is bot, app or both.")
    if which in ("bot", "both"):
        if gone:
            _tokens_revoked(local, app)
        app.revoked = gone
    if which in ("app", "both"):
        app.app_token_revoked = gone
    return {"ok": True}


def _tokens_revoked(local: LocalSlack, app: App) -> None:
    events.send(local, app, "tokens_revoked", {
        "type": "tokens_revoked", "tokens": {"oauth": [], "bot": [app.bot_user]}, "event_ts": local.new_ts(),
    })  # fmt: skip


def _archived(local: LocalSlack, wanted: Json, archived: bool) -> Json:
    channel, actor = local.where(wanted.get("channel")), local.who(wanted.get("as") or "bo")
    return {"ok": True, "changed": membership.set_archived(local, channel, archived, actor.id)}


def _group(local: LocalSlack, handle: str) -> UserGroup:
    wanted = handle.removeprefix("@")
    found = next((g for g in local.workspace.groups.values() if wanted in (g.id, g.handle)), None)
    if found is None:
        raise ActError("no_such_subteam", f"There is no user group {handle!r}.")
    return found


def _role(role: str) -> Json:
    blank = {"is_admin": False, "is_restricted": False, "is_ultra_restricted": False, "is_stranger": False,
             "is_bot": False}  # fmt: skip
    roles: dict[str, Json] = {
        "member": {}, "admin": {"is_admin": True}, "guest": {"is_restricted": True},
        "single_channel_guest": {"is_restricted": True, "is_ultra_restricted": True},
        "external": {"is_stranger": True, "team_id": "T0OTHER"}, "bot": {"is_bot": True},
    }  # fmt: skip
    if role not in roles:
        raise ActError("unknown_role", f"There is no role {role!r}. There are: {', '.join(roles)}.")
    return blank | roles[role]
