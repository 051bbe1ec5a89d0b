"""Rows of figures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def markdown(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    """A table of the columns ``names``, by default all that any row has, in their order; "" where a row has none."""
    columns = list(dict.fromkeys(name for row in rows for name in row)) if names is None else names
    lines = [columns, ["---"] * len(columns), *([str(row.get(name, "")) for name in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
