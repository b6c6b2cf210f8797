"""Views that read rows are drawn on the same desk as listeners."""

from tests.handlers.conftest import desk

__all__ = ["desk"]
