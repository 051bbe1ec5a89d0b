"""Results as HTML tables, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from isogloss.data.words import escaped

ROWS = 10  # of a long result that a notebook shows (round number)


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with all text escaped; floats have four decimals and integers thousands separators."""
    head = "".join(f"<th>{escaped(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{escaped(_cell(value))}</td>' for value in row)}</tr>" for row in rows)
    return f"<table><caption>{escaped(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)


def quoted(field: str) -> str:
    """``field`` of a table as spreadsheets and pandas expect it: in quotes, which are doubled inside, if it has any."""
    return '"' + field.replace('"', '""') + '"' if '"' in field else field


def unquoted(field: str) -> str:
    """``quoted``, undone; a field that is not fully in quotes stays as it is."""
    if len(field) > 1 and field[0] == field[-1] == '"' and '"' not in field[1:-1].replace('""', ""):
        return field[1:-1].replace('""', '"')
    return field
