"""Rows of figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def markdown(rows: Sequence[Mapping[str, Any]], names: Sequence[str] | None = None) -> str:
    """A table of the columns ``names``, by default all that any row has, in their order; "" where a row has none."""
    columns = list(dict.fromkeys(name for row in rows for name in row)) if names is None else names
    return markdown_table(columns, ([row.get(name, "") for name in columns] for row in rows))


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of cells."""
    return "\n".join(map(markdown_line, (header, ["---"] * len(header), *rows)))


def markdown_line(cells: Sequence[object]) -> str:
    """One line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def with_interval(gain: Iterable[float]) -> str:
    """A mean and the limits of its interval, in points: ``+1.2 [+0.3, +2.1]``."""
    return "{:+.1f} [{:+.1f}, {:+.1f}]".format(*gain)


def percent_with_interval(gain: Iterable[float]) -> str:
    """The same of a mean and limits that are shares."""
    return with_interval(100 * value for value in gain)
