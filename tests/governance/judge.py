"""An outsider's judgement of an exported trace, from the file alone. Imports nothing of Calmops: python judge.py FILE

Promise: nothing ran without a matching, unexpired, single-use approval. "Matching" is the same job, effect, tool and digest of
all arguments; an approval is a decision with the outcome `approved` by somebody who is named, on a question that was asked
before; where policy alone decided, the decision names the policy's version. Joined with the ledger of the target
(`--ledger FILE`: JSON Lines with `job_id`, `tool` and `args_digest`), also: nothing ran outside the trace.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

Line = dict[str, Any]
ALWAYS = ("schema_version", "seq", "time", "job_id", "event")
FOR_CALLS = ("effect_id", "tool", "access", "args_digest")


def judge(lines: Iterable[Line], *, whole: bool = True) -> list[str]:
    """Every violation, as sentences; empty for a trace that keeps the promise. `whole` also demands that it was not cut."""
    found: list[str] = []
    asked: dict[str, dict[str, datetime]] = {}
    approved: dict[str, Line] = {}
    spent: dict[str, str] = {}
    running: dict[str, Line] = {}
    begun: set[Any] = set()
    ended: set[Any] = set()
    proposed: set[tuple[Any, Any]] = set()
    count, last = 0, None
    for count, line in enumerate(lines, start=1):
        last = line
        where = f"line {count}"
        missing = [name for name in ALWAYS if name not in line]
        if missing or line.get("schema_version") != 1:
            found.append(f"{where}: not a line of this format ({', '.join(missing) or 'schema_version'})")
            continue
        if line["seq"] != count:
            found.append(f"{where}: number {line['seq']} instead of {count}; lines are missing or out of order")
        now = when(line["time"])
        event = line["event"]
        key = str(line.get("approval_id"))
        if event in ("proposal", "execution", "retry", "result"):
            found += [f"{where}: {event} without {name}" for name in FOR_CALLS if not line.get(name)]
        match event:
            case "proposal":
                proposed.add((line["effect_id"], line["tool"]))
                begun.add(line["job_id"])
            case "approval_request":
                if line.get("args_digest"):
                    asked.setdefault(key, {})[line["args_digest"]] = when(line["expires_at"])
                    for digest in asked[key]:  # more time for a question is more time for all that was asked in it
                        asked[key][digest] = max(asked[key][digest], when(line["expires_at"]))
            case "decision" if line.get("outcome") == "approved" and line.get("tool"):
                found += check_decision(where, line, key, asked, now)
                approved[key] = line
            case "execution":
                found += check_execution(where, line, key, approved, asked, spent, now)
                if (line["effect_id"], line["tool"]) not in proposed:
                    found.append(f"{where}: {line['effect_id']} was never proposed")
                spent.setdefault(key, line["effect_id"])
                running[line["effect_id"]] = line
            case "retry" if line.get("effect_id") not in running:
                found.append(f"{where}: a retry of {line.get('effect_id')}, which never ran")
            case "result":
                if line["effect_id"] not in running:
                    found.append(f"{where}: a result of {line['effect_id']}, which never ran")
                elif running[line["effect_id"]]["args_digest"] != line["args_digest"]:
                    found.append(f"{where}: the result of {line['effect_id']} is of other arguments than ran")
            case "job_end":
                ended.add(line["job_id"])
    if whole and (last is None or last.get("name") != "export.end"):
        found.append("the trace has no end: it was cut short")
    if whole and last is not None and last.get("name") == "export.end" and last["detail"].get("lines") != count - 1:
        found.append("the trace says that it had another number of lines")
    return found


def check_decision(where: str, line: Line, key: str, asked: dict[str, dict[str, datetime]], now: datetime) -> list[str]:
    """An approval names who gave it, answers what was asked, and comes in time."""
    if not line.get("approver"):
        return [f"{where}: an approval without an approver"]
    if str(line["approver"]).partition(":")[0] in ("policy", "grant"):
        return [] if line.get("policy") else [f"{where}: policy decided without saying which version"]
    if line.get("args_digest") not in asked.get(key, {}):
        return [f"{where}: {key} approves what was never asked"]
    return [] if now < asked[key][line["args_digest"]] else [f"{where}: {key} was approved after it ran out"]


def check_execution(
    where: str,
    line: Line,
    key: str,
    approved: dict[str, Line],
    asked: dict[str, dict[str, datetime]],
    spent: dict[str, str],
    now: datetime,
) -> list[str]:
    """What runs is what was approved, once, before it ran out."""
    approval = approved.get(key)
    if approval is None:
        return [f"{where}: {line.get('effect_id')} ran without an approval ({key})"]
    found = [
        f"{where}: {name} of {line.get('effect_id')} is not what {key} approved"
        for name in ("job_id", "tool", "args_digest", "effect_id")
        if approval.get(name) != line.get(name)
    ]
    if key in spent:
        found.append(f"{where}: {key} was used already, for {spent[key]}")
    if key in asked and now >= max(asked[key].values()):
        found.append(f"{where}: {line.get('effect_id')} ran after {key} had run out")
    return found


def join(lines: Iterable[Line], ledger: Iterable[Line]) -> list[str]:
    """What the target did, and the trace does not know of."""
    known = Counter(
        (line["job_id"], line["tool"], line["args_digest"]) for line in lines if line["event"] == "execution"
    )
    done = Counter((entry["job_id"], entry["tool"], entry["args_digest"]) for entry in ledger)
    return [
        f"the target did {what} {number - known[what]} times more than the trace says"
        for what, number in done.items()
        if number > known[what]
    ]


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(path: str) -> list[Line]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    trace = read(sys.argv[1])
    problems = judge(trace)
    if "--ledger" in sys.argv:
        problems += join(trace, read(sys.argv[sys.argv.index("--ledger") + 1]))
    print("\n".join(problems) or f"{len(trace)} lines: nothing ran without a matching, unexpired, single-use approval")
    sys.exit(bool(problems))
