"""`calmops webhooks ...`: other systems that start jobs by web requests."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, settings_of

if TYPE_CHECKING:
    from agents.core.policy import WebhookPolicy
    from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Other systems that start jobs by web requests.", no_args_is_help=True)
    family.command("list")(list_webhooks)
    family.command("send")(send)
    app.add_typer(family, name="webhooks")


def list_webhooks(data: Data = None, json: Json = False) -> None:
    """List the webhooks of calmops.toml: what each starts, where it is reached, whether its secret is there."""
    from bot.settings import known_secret

    settings = settings_of(data)
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "agent": rules.agent,
            "scheme": str(rules.scheme),
            "channel": rules.channel,
            "url": f"http://{settings.calmops_webhooks}/webhooks/{name}" if settings.calmops_webhooks else None,
            "secret": list(rules.secret),
            "secret_found": all(known_secret(one) for one in rules.secret),
        }
        for name, rules in _webhooks(settings).items()
    ]
    if json:
        say_json(found)
        return
    for one in found:
        secret = "" if one["secret_found"] else f"; its secret is not at {' and '.join(one['secret'])}"
        say(
            f"{one['name']:<16} starts {one['agent']}, signed as {one['scheme']}, {one['url'] or 'not listening'}{secret}"
        )
    if not found:
        say("No webhooks. A [webhooks.NAME] section in calmops.toml names one; docs/howto/webhooks.md shows how.")


def send(
    name: Annotated[str, typer.Argument(help="Which webhook.")],
    body: Annotated[Path, typer.Argument(help="A file with the JSON body.", exists=True, dir_okay=False)],
    key: Annotated[
        str, typer.Option(help="The delivery's id; one of its own without it. A repeated one starts nothing.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Sign a body as the other system would and send it to the bot that runs here, to try a webhook out."""
    from uuid import uuid4

    from agents.core.errors import InvalidInput, Misconfigured
    from agents.core.webhooks import Scheme
    from bot.settings import secret

    settings = settings_of(data)
    rules = _webhooks(settings).get(name)
    if rules is None:
        raise InvalidInput(f"There is no [webhooks.{name}] in {settings.config_file}.")
    if settings.calmops_webhooks is None:
        raise Misconfigured("CALMOPS_WEBHOOKS is not set, so the bot takes no webhooks. Example: 127.0.0.1:8790")
    if rules.scheme is not Scheme.STANDARD:
        raise InvalidInput(
            f"{name} is signed as {rules.scheme}; only deliveries of the scheme standard can be tried out."
        )
    url = f"http://{settings.calmops_webhooks}/webhooks/{name}"
    status, answer = asyncio.run(_post(url, body.read_bytes(), secret(rules.secret[0]), key or f"try-{uuid4()}"))
    if json:
        say_json({"status": status, **answer})
    else:
        said = (
            f"{answer['job']}, {'new' if answer['new'] else 'known already'}" if answer.get("ok") else answer["error"]
        )
        say(f"{status}: {said}")
    if not answer.get("ok"):
        raise typer.Exit(1)


def _webhooks(settings: "Settings") -> "dict[str, WebhookPolicy]":
    from bot.app import library
    from bot.config.watch import ConfigFile

    return ConfigFile(settings.config_file, [agent.name for agent in library(settings).all()]).policy().webhooks


async def _post(url: str, body: bytes, secret: str, delivery: str) -> tuple[int, dict[str, Any]]:
    import aiohttp

    from agents.core.clock import SystemClock
    from agents.core.errors import Misconfigured
    from agents.core.webhooks import sign

    headers = {"Content-Type": "application/json", **sign(body, secret, delivery=delivery, now=SystemClock().now())}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.post(url, data=BytesIO(body), headers=headers) as response,
        ):
            return response.status, await response.json()
    except aiohttp.ClientConnectionError as error:
        raise Misconfigured(f"Nobody listens at {url}; is the bot running with CALMOPS_WEBHOOKS set?") from error
