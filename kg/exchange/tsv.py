"""Tables: a line for each edge and source, with the weight and the licence."""

from __future__ import annotations

from pathlib import Path

from isogloss.kg.exchange.selection import Selected

COLUMNS = ("source_language", "source", "relation", "target_language", "target", "weight", "origin", "licence")
_BLANK = str.maketrans("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " " * 11)


def write(selected: Selected, path: Path) -> int:
    """Write the selected edges; tabs and line ends inside words become blanks. The number of lines."""
    lines = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for line in selected.lines():
            origin = selected.origins[line.origin]
            values = (*line[:5], f"{line.weight:.12g}", origin.name, origin.licence)
            out.write("\t".join(value.translate(_BLANK) for value in values) + "\n")
            lines += 1
    return lines
