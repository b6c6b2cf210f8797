"""manifest.yml against Slack's own published schema, where that lies beside the checkout."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.project.tree import ROOT

SCHEMAS = ROOT.parent / "shared" / "slack" / "manifest-schema"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def validator(manifest: dict[str, Any]) -> jsonschema.protocols.Validator:
    """Of the schema version that the manifest names; without a name Slack takes version 1."""
    version = manifest.get("_metadata", {}).get("major_version", 1)
    file: Path = SCHEMAS / f"manifest.schema.{version}.0.0.json"
    if not file.is_file():
        pytest.skip(f"Slack's manifest schema is not beside the checkout: {file.relative_to(ROOT.parent)}")
    schema = json.loads(file.read_text())
    return jsonschema.validators.validator_for(schema)(schema)


def test_manifest_is_valid(manifest: dict[str, Any], validator: jsonschema.protocols.Validator) -> None:
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(manifest)] == []


def test_a_wrong_manifest_is_refused(manifest: dict[str, Any], validator: jsonschema.protocols.Validator) -> None:
    wrong = {**manifest, "settings": {**manifest["settings"], "socket_mode_enabled": "yes"}}
    assert not validator.is_valid(wrong)


def test_manifest_uses_socket_mode_and_no_address(manifest: dict[str, Any]) -> None:
    """No public URL is needed: commands, events and buttons arrive through the socket."""
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(manifest)
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == ["/ops"]
