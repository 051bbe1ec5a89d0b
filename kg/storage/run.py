"""The run of a program that made edges: enough to make them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Run:
    """What computed an edge: method, settings, seed, version of the program, time of its start (ISO 8601)."""

    method: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    version: str = ""
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
