"""How the engine shows people the way of a job: every door that changes a job's state shows it the same way."""

from handlers.operations.progress import show

__all__ = ["show"]
