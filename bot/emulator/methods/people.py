"""users.* and usergroups.*."""

from bot.emulator.methods.call import Call, Method, errors, page
from bot.emulator.people import describe_group, describe_profile, describe_user
from bot.emulator.wire import Json, SlackError


def users_info(call: Call) -> Json:
    """One person."""
    user = call.user()
    said = describe_user(user, now=call.local.clock.now(), with_email=call.grants("users:read.email"))
    if call.flag("include_locale"):
        said["locale"] = "en-US"
    return {"user": said}


def users_list(call: Call) -> Json:
    """Everybody, the deactivated and bots too; outsiders of shared channels as well."""
    everyone = list(call.local.workspace.users.values())
    shown, metadata = page(call, everyone, most=1000, default=len(everyone) or 1)
    with_email = call.grants("users:read.email")
    now = call.local.clock.now()
    members = [describe_user(user, now=now, with_email=with_email) for user in shown]
    return {"members": members, "cache_ts": int(now), "response_metadata": metadata}


def lookup_by_email(call: Call) -> Json:
    """The member with an address."""
    email = call.text("email").lower()
    users = call.local.workspace.users.values()
    found = next((u for u in users if u.email.lower() == email and not u.deleted and not u.is_stranger), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": describe_user(found, now=call.local.clock.now(), with_email=True)}


def profile_get(call: Call) -> Json:
    """One person's profile."""
    user = call.user() if call.has("user") else call.local.workspace.users[call.app.bot_user]
    return {"profile": describe_profile(user, with_email=call.grants("users:read.email"))}


def presence(call: Call) -> Json:
    """Everybody who is not deactivated is active."""
    user = call.local.workspace.users.get(call.text("user") or call.app.bot_user)
    return {"presence": "active" if user and not user.deleted else "away"}


def usergroups_list(call: Call) -> Json:
    """The user groups."""
    _paid(call)
    groups = [
        describe_group(group, with_users=call.flag("include_users"), with_count=call.flag("include_count"))
        for group in call.local.workspace.groups.values()
        if not group.deleted or call.flag("include_disabled")
    ]
    return {"usergroups": groups}


def usergroups_users_list(call: Call) -> Json:
    """Who is in a user group."""
    _paid(call)
    group = call.local.workspace.groups.get(call.text("usergroup"))
    if group is None or (group.deleted and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _paid(call: Call) -> None:
    if not call.local.workspace.groups_allowed:
        raise SlackError("plan_upgrade_required", "User groups need a paid plan; the control API switched them off.")


METHODS = (
    Method(name="users.info", run=users_info, errors=errors("user_not_found")),
    Method(name="users.list", run=users_list, errors=errors("invalid_cursor")),
    Method(name="users.lookupByEmail", run=lookup_by_email, errors=errors("users_not_found")),
    Method(name="users.profile.get", run=profile_get, errors=errors("user_not_found")),
    Method(name="users.getPresence", run=presence, faith="simplified", note="Everybody is active."),
    Method(name="usergroups.list", run=usergroups_list, errors=errors("plan_upgrade_required")),
    Method(name="usergroups.users.list", run=usergroups_users_list,
           errors=errors("plan_upgrade_required no_such_subteam")),
)  # fmt: skip
