"""What separates the columns of a table: tabs, commas, semicolons, bars, arrows, equals signs, dashes, wide gaps."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from isogloss.data.tables import unquoted

MOST = 0.9  # share of the lines that have a sign which separates columns; round number
PHRASES = " ||| "  # as Moses writes phrase tables: source, target, scores, alignment, counts
BAR, GAP = "|", "  "
# The first that nearly every line has; what words may hold themselves comes last.
_ARROWS = ("->", "=>", "→", "⇒", "⟶")
_SIGNS = (PHRASES, BAR, *_ARROWS, " = ", ";", ",", "=", " – ", " — ", " - ", ": ", GAP)
PLAIN = frozenset(_SIGNS) - {",", ";"}
_GAP = re.compile(r"\s{2,}")
_RULE = re.compile(r"[|:\s-]+")  # under the heading of a Markdown table
_QUOTED = re.compile(rb'(?:^|[;,])"')  # where a cell with line ends in it begins
_LONGEST_CELL = 50  # lines; round number
_DIRECT = 2  # place of the probability of the target, given the source, among the scores of a phrase table


def separator_of(path: Path, lines: Sequence[str]) -> str:
    """What separates the columns of these lines: a tab where there is one, else what nearly every line has."""
    lines = [line.strip() for line in lines if line.strip() and not line.startswith("sep=")]
    if not lines or any("\t" in line for line in lines):
        return "\t"
    for sign in _SIGNS:
        if mostly(sign, lines):
            return "\t" if sign == "," and path.suffix != ".csv" and "," not in lines[0] else sign
    return "," if path.suffix == ".csv" or "," in lines[0] else "\t"


def whole_records(lines: Sequence[bytes]) -> Iterator[bytes]:
    """The lines of a table, joined with a blank where a quoted cell goes on in the next ones."""
    at = 0
    while at < len(lines):
        end = at
        if lines[at].count(b'"') % 2 and _QUOTED.search(lines[at]):
            following = range(at + 1, min(at + _LONGEST_CELL, len(lines)))
            end = next((line for line in following if lines[line].count(b'"') % 2), at)
        yield b" ".join(line.rstrip(b"\r") for line in lines[at : end + 1]) if end > at else lines[at]
        at = end + 1


def fields_of(text: str, separator: str) -> list[str]:
    """The cells of one line; none of a line that only rules a table."""
    if separator in ",;":
        return next(csv.reader([text], delimiter=separator), [])
    if separator == PHRASES:
        source, target, *more = text.split("|||")[:3] if "|||" in text else (text, "")
        scores = more[0].split() if more else []
        return [source.strip(), target.strip(), *scores[_DIRECT : _DIRECT + 1]]
    if separator == BAR:
        return [] if _RULE.fullmatch(text) else [cell.strip() for cell in text.strip().strip(BAR).split(BAR)]
    if separator == GAP:
        return _GAP.split(text.strip())
    if separator != "\t":
        return [cell.strip() for cell in text.split(separator, 1)]
    fields = [unquoted(field) for field in text.split("\t")]
    return text.split() if len(fields) == 1 and len(text.split()) == 2 else fields


def mostly(sign: str, lines: Sequence[str]) -> bool:
    """Whether nearly all lines have ``sign`` between two cells."""
    return sum(_divides(sign, line) for line in lines) >= MOST * len(lines)


def _divides(sign: str, line: str) -> bool:
    """Whether a sign stands in a line between two cells."""
    return sign in line.strip(BAR if sign == BAR else "").removesuffix(sign)
