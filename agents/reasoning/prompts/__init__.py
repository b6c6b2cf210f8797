"""Prompts as files beside this one. Their version is a hash of their text."""

from hashlib import sha256
from importlib import resources

from agents.core.errors import NotFound
from agents.core.models import Prompt


def read_prompt(name: str) -> Prompt:
    """The prompt of that name. Raises `NotFound`."""
    file = resources.files("agents.reasoning.prompts").joinpath(f"{name}.md")
    if not file.is_file():
        raise NotFound(f"There is no prompt named {name}.")
    text = file.read_text("utf-8")
    return Prompt(name=name, text=text, version=sha256(text.encode("utf-8")).hexdigest()[:12])
