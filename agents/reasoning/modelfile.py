"""Keeps trained models on disk, so that a start does not train again.

A file is plain arrays (no pickle: reading one runs no code) and is named by the hash of what it was trained on. A file
that cannot be read is as good as none.
"""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from agents.core.reasoning import Example
from agents.reasoning.model import Model, Quality

_ARRAYS = ("idf", "weights", "bias", "row_starts", "row_columns", "row_values")
_KEPT_FILES = 8


def save_model(folder: Path, model: Model) -> Path:
    """Writes a model beside the others, whole or not at all, and drops the oldest beyond eight."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "version": model.version,
        "labels": model.labels,
        "off_topic": model.off_topic,
        "target": model.target,
        "temperature": model.temperature,
        "threshold": model.threshold,
        "quality": asdict(model.quality),
        "columns": list(model.columns),
    }
    arrays: dict[str, Any] = {name: getattr(model, name) for name in _ARRAYS}
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode("utf-8"), dtype=np.uint8)
    path = folder / f"model-{model.version}.npz"
    unfinished = folder / f".{model.version}.{os.getpid()}.npz"
    with unfinished.open("wb") as file:
        np.savez(file, **arrays)
    unfinished.replace(path)
    for old in sorted(folder.glob("model-*.npz"), key=lambda file: file.stat().st_mtime)[:-_KEPT_FILES]:
        old.unlink(missing_ok=True)
    return path


def load_model(folder: Path, version: str, rows: Sequence[Example]) -> Model | None:
    """The model of that version, trained on these rows; None when there is no readable file of it."""
    try:
        # Opened here: on a broken file numpy would leave its own handle open.
        with (folder / f"model-{version}.npz").open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _ARRAYS}
            facts = json.loads(file["facts"].tobytes())
        if facts["version"] != version or len(arrays["row_starts"]) != len(rows) + 1:
            return None
        return Model(
            version=version,
            labels=tuple(facts["labels"]),
            off_topic=facts["off_topic"],
            target=facts["target"],
            columns={name: column for column, name in enumerate(facts["columns"])},
            temperature=facts["temperature"],
            threshold=facts["threshold"],
            quality=Quality(**facts["quality"]),
            rows=tuple(rows),
            **arrays,
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None
