"""Asks Slack, before anything is connected, who we are and whether our tokens work."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import Misconfigured
from bot.edge.identity import Home
from bot.edge.refusals import error_code, fatal_sentence
from bot.settings import Settings

BOT = "the bot token (SLACK_BOT_TOKEN)"
APP = "the app token (SLACK_APP_TOKEN)"


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """Who we are. `first_url` is the address of the first socket, good for one handshake; None when Slack was only busy."""

    home: Home
    authorized: AuthorizeResult
    team_name: str
    app_id: str
    bot_user: str
    scopes: frozenset[str]
    first_url: str | None


def check_token_forms(settings: Settings) -> tuple[str, str]:
    """The bot token and the app token. Raises `Misconfigured` naming what is missing or mixed up."""
    bot = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    app = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    missing = [name for name, token in (("SLACK_BOT_TOKEN", bot), ("SLACK_APP_TOKEN", app)) if not token]
    if missing:
        raise Misconfigured(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set. "
            "Put the tokens of your Slack app there; docs/quickstart.md shows where to find them."
        )
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        raise Misconfigured("The tokens are swapped: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-.")
    if not bot.startswith("xoxb-"):
        raise Misconfigured("SLACK_BOT_TOKEN must begin with xoxb-: it is the Bot User OAuth Token of your app.")
    if not app.startswith("xapp-"):
        raise Misconfigured("SLACK_APP_TOKEN must begin with xapp-: it is an App-Level Token with connections:write.")
    return bot, app


async def preflight(web: AsyncWebClient, settings: Settings) -> Preflight:
    """Checks both tokens with Slack. Raises `Misconfigured` with one line on what is wrong."""
    _, app_token = check_token_forms(settings)
    who = await _ask(web.auth_test(), BOT, settings.slack_api_url)
    if not who.get("bot_id"):
        raise Misconfigured("SLACK_BOT_TOKEN is not a bot's token: use the Bot User OAuth Token of your app.")
    opened = await _ask(web.apps_connections_open(app_token=app_token), APP, settings.slack_api_url)
    url = str(opened.get("url") or "")
    app_id = (parse_qs(urlsplit(url).query).get("app_id") or [""])[0] or app_token.split("-")[2:3][0]
    enterprise = who.get("enterprise_id") if who.get("is_enterprise_install") else None
    scopes = _header(who, "x-oauth-scopes")
    authorized = AuthorizeResult(
        enterprise_id=who.get("enterprise_id"),
        team_id=who.get("team_id"),
        team=who.get("team"),
        url=who.get("url"),
        bot_user_id=who.get("user_id"),
        bot_id=who.get("bot_id"),
        bot_token=web.token,
        bot_scopes=sorted(scopes),
    )
    return Preflight(
        home=Home(team_id=str(who.get("team_id") or ""), enterprise_id=enterprise),
        authorized=authorized,
        team_name=str(who.get("team") or ""),
        app_id=app_id,
        bot_user=str(who.get("user_id") or ""),
        scopes=scopes,
        first_url=url or None,
    )


async def _ask(call: Awaitable[Any], token: str, address: str) -> Any:
    try:
        return await call
    except SlackApiError as error:
        sentence = fatal_sentence(error, token)
        raise Misconfigured(f"{sentence or f'Slack refused {token}: {error_code(error)}'}.") from error
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise Misconfigured(
            f"{address} does not answer: {error or type(error).__name__}. Check SLACK_API_URL and the network."
        ) from error


def _header(answer: Any, name: str) -> frozenset[str]:
    for key, value in (getattr(answer, "headers", None) or {}).items():
        if key.lower() == name:
            return frozenset(part.strip() for part in str(value).split(",") if part.strip())
    return frozenset()
