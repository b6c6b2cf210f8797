"""What the house rules forbid, found in a syntax tree: each function yields the lines of one kind of offence."""

import ast
from collections.abc import Iterator

ENVIRONMENT = {"os.environ", "os.getenv", "os.environb"}
WALL_CLOCK = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}
HOLDS_A_RESOURCE = {
    *("App", "AsyncApp", "WebClient", "AsyncWebClient", "ClientSession", "Application"),
    *("Queue", "SimpleQueue", "PriorityQueue", "Lock", "RLock", "Event", "Condition", "Semaphore", "ContextVar"),
    *("Thread", "ThreadPoolExecutor", "ProcessPoolExecutor", "Process", "Popen", "run"),
    *("AsyncIOScheduler", "BackgroundScheduler", "SqliteStore", "PostgresStore", "SystemClock", "Settings"),
    *("connect", "create_engine", "create_async_engine", "open", "start", "configure", "basicConfig", "get_event_loop"),
}
"""What only `build()` makes or sets going. Contracts, tables and records at module level are declarations."""


def dotted(node: ast.AST | None) -> str:
    """`a.b.c` of a chain of names and attributes; calls inside are read through: `a().b` gives `a.b`."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case ast.Call():
            return dotted(node.func)
        case _:
            return ""


def reads_environment(tree: ast.Module) -> Iterator[int]:
    yield from _uses(tree, ENVIRONMENT)


def reads_wall_clock(tree: ast.Module) -> Iterator[int]:
    yield from _uses(tree, WALL_CLOCK)


def _uses(tree: ast.Module, names: set[str]) -> Iterator[int]:
    """Also when imported from its module (`from os import environ`) or by the longer way (`datetime.datetime.now`)."""
    for node in ast.walk(tree):
        used: set[str] = set()
        if isinstance(node, ast.Attribute):
            used = {dotted(node), dotted(node).removeprefix("datetime.")}
        elif isinstance(node, ast.ImportFrom):
            used = {f"{node.module}.{alias.name}" for alias in node.names}
        if used & names:
            yield node.lineno


def catches_everything(tree: ast.Module) -> Iterator[int]:
    """A handler that ends in `raise` tidies up or renames; it keeps nothing from the caller."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or dotted(kind) in ("Exception", "BaseException") for kind in kinds):
                yield node.lineno


def builds_at_import(tree: ast.Module) -> Iterator[int]:
    """Calls that run when the module is imported and make or start something that holds a resource."""
    for statement in tree.body:
        if not (isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)):
            yield from _builds(statement)


def _builds(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return  # bodies run later; decorators, defaults and fields are declarations
    if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in HOLDS_A_RESOURCE:
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _builds(child)
