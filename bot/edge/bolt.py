"""The Bolt app: who acts is put into its context, every listener is wired, and what nobody listens to is answered too."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.ids import person_id
from agents.core.people import Person, PersonKind
from bot.edge.catch_all import catch_all
from bot.edge.deliveries import EVENTS
from bot.edge.directory import SlackDirectory
from bot.edge.identity import Home, actor_of, claim_of
from handlers.deps import Deps

log = logging.getLogger(__name__)

ANONYMOUS_EVENTS = frozenset({"message"})
"""Events whose person is looked up only where somebody listens: a busy channel would cost a look-up per writer."""


def build_bolt(
    *,
    web: AsyncWebClient,
    authorized: AuthorizeResult,
    deps: Deps,
    home: Home,
    directory: SlackDirectory,
    register: Callable[[AsyncApp], None],
) -> AsyncApp:
    """An app whose acknowledgements leave when the listener returns. `authorized` is our own answer from auth.test:
    Bolt would ask Slack again at its first delivery, and drop that delivery when the question fails."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return authorized

    app = AsyncApp(
        name="calmops",
        client=web,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(_introduce(deps, home, directory))
    register(app)
    catch_all(app)
    return app


def _introduce(deps: Deps, home: Home, directory: SlackDirectory) -> Callable[..., Awaitable[Any]]:
    """A middleware that puts `deps` and `actor` into the context, and stops what is not ours."""

    async def introduce(context: Any, body: dict[str, Any], next: Callable[[], Awaitable[Any]], ack: Any) -> Any:
        addressee = body.get("api_app_id")
        if addressee and deps.app_id and addressee != deps.app_id:
            log.warning(
                "A delivery for the app %s came to us; it was dropped.", addressee, extra={"event": "ingest.not_ours"}
            )
            return await ack()
        kind = context.get("kind", "")
        claim = claim_of(kind, body)
        context["deps"] = deps
        if kind == EVENTS:
            forget_changed(body.get("event") or {}, directory)
        if kind == EVENTS and _nobody_cares(body.get("event") or {}, deps):
            context["actor"] = (
                Person(id=person_id(home.key, claim.user), kind=PersonKind.UNKNOWN, groups=None) if claim.user else None
            )
        else:
            context["actor"] = await actor_of(claim, home, deps.people)
        return await next()

    return introduce


def forget_changed(event: dict[str, Any], directory: SlackDirectory) -> None:
    """Drops what the directory knows about an account, group or channel that changed, before anybody asks again."""
    match event.get("type"):
        case "user_change" | "team_join":
            user = event.get("user")
            directory.forget(str(user.get("id")) if isinstance(user, dict) else str(user))
        case "subteam_members_changed" | "subteam_updated" | "subteam_created":
            group = event.get("subteam_id") or (event.get("subteam") or {}).get("id")
            directory.forget_groups([str(group)] if group else None)
        case (
            "channel_rename" | "channel_shared" | "channel_unshared" | "channel_archive" | "channel_left" | "group_left"
        ):
            channel = event.get("channel")
            directory.forget_channel(str(channel.get("id")) if isinstance(channel, dict) else str(channel))


def _nobody_cares(event: dict[str, Any], deps: Deps) -> bool:
    if event.get("type") not in ANONYMOUS_EVENTS or event.get("channel_type") in ("im", "mpim"):
        return False
    return not any(event.get("channel") in rules.channels for rules in deps.policy().agents.values())
