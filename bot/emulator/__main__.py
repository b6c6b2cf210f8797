"""Runs the local Slack alone: `python -m bot.emulator --port 8770 [--data DIR] [--manifest FILE]`."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from bot.emulator.emulator import start_emulator
from bot.emulator.keeping import DataError
from bot.emulator.manifest import ManifestError


def main(argv: list[str] | None = None) -> int:
    """Run until interrupted; 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m bot.emulator", description="A local Slack on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8770, help="0 takes a free one (default: 8770)")
    parser.add_argument("--data", type=Path, help="keep the workspace in this folder")
    parser.add_argument("--manifest", type=Path, help="the app's manifest (default: ./manifest.yml)")
    wanted = parser.parse_args(argv)
    try:
        asyncio.run(_serve(wanted.port, wanted.data, wanted.manifest))
    except (ManifestError, DataError) as error:
        print(f"The local Slack cannot start: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The local Slack cannot listen on 127.0.0.1:{wanted.port}: {error.strerror}. Choose another --port.",
              file=sys.stderr)  # fmt: skip
        return 2
    return 0


async def _serve(port: int, data: Path | None, manifest: Path | None) -> None:
    async with start_emulator(port=port, manifest=manifest, data=data) as emulator:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its loop
                asyncio.get_running_loop().add_signal_handler(name, stop.set)
        print(f"READY {emulator.base_url}")
        print(f"  SLACK_API_URL={emulator.api_url}")
        print(f"  SLACK_BOT_TOKEN={emulator.bot_token}")
        print(f"  SLACK_APP_TOKEN={emulator.app_token}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
