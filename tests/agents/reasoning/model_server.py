"""A local server that speaks OpenAI's chat API and plays a script. No test ever reaches a real model."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Says:
    """One turn of the model: tool calls as (name, arguments), or text, or an HTTP error. Arguments may be broken JSON.
    `raw` is a whole answer as it stands; `cut` ends the connection without one."""

    calls: Sequence[tuple[str, dict[str, Any] | str]] = ()
    text: str | None = None
    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    tokens: int = 100
    raw: str | None = None
    cut: bool = False


@dataclass
class ModelServer:
    """Plays its script, the last turn again and again; keeps what it was asked."""

    script: Sequence[Says]
    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        turn = self.script[min(len(self.asked), len(self.script)) - 1]
        if turn.cut and request.transport is not None:
            request.transport.abort()
        if turn.raw is not None:
            return web.Response(text=turn.raw, status=turn.status, content_type="application/json")
        if turn.status != 200:
            body = {"error": {"message": turn.error or "no", "type": turn.error, "code": turn.error}}
            return web.json_response(body, status=turn.status, headers=turn.headers)
        calls = [
            {
                "id": f"call_{len(self.asked)}_{number}",
                "type": "function",
                "function": {"name": name, "arguments": args if isinstance(args, str) else json.dumps(args)},
            }
            for number, (name, args) in enumerate(turn.calls)
        ]
        message = {"role": "assistant", "content": turn.text, **({"tool_calls": calls} if calls else {})}
        return web.json_response(
            {
                "id": f"chat_{len(self.asked)}",
                "object": "chat.completion",
                "created": 1_767_225_600,
                "model": "scripted",
                "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
                "usage": {
                    "prompt_tokens": turn.tokens,
                    "completion_tokens": turn.tokens,
                    "total_tokens": 2 * turn.tokens,
                },
            }
        )

    def heard(self) -> str:
        """Everything the model was told, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


@asynccontextmanager
async def model_server(*script: Says) -> AsyncIterator[ModelServer]:
    """A running server on a free port of this machine."""
    server = ModelServer(script=script)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        server.address = f"http://127.0.0.1:{port}/v1"
        yield server
    finally:
        await runner.cleanup()
