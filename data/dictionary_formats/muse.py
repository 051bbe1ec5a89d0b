"""Word pairs as MUSE has them: one ``source target`` a line, with a blank or a tab between (Conneau et al., 2018).

A third field may have a probability, as tables of word alignments do, or how often the pair was seen.
"""

from __future__ import annotations

import math
from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats.columns import is_comment, is_number, single_targets
from isogloss.data.dictionary_formats.terms import Collection
from isogloss.data.left_out import NOT_UTF8
from isogloss.data.lines import blocks, head

_NOTHING = "NULL"


def matches(path: Path) -> bool:
    """Whether ``path`` is text."""
    return path.is_file() and b"\0" not in head(path)


def read(path: Path, source: str, target: str) -> Dictionary:
    """The pairs of ``path``; phrases, and several translations, are possible where a tab separates the two sides.

    Raises:
        FormatError: The file is missing, damaged, or no line of it is a pair.
    """
    collection, begun = Collection(), False
    for block in blocks(path):
        for line in filter(None, block.lines):  # soon, where a bomb unpacks to empty lines
            begun = begun or not is_comment(line.decode("utf-8", "replace"))
            if begun:
                _add(collection, line)
    return collection.dictionary_of_user(path, source, target, "'source target' on each line")


def _add(collection: Collection, line: bytes) -> None:
    try:
        text = line.decode().strip()
    except UnicodeDecodeError:
        collection.drop(NOT_UTF8)
        return
    if "\t" in text:
        source, *cells = text.split("\t")
        for target in [word for cell in cells if not is_number(cell) for word in single_targets(cell)] or [""]:
            collection.add(source, target)
        return
    fields = text.split()
    if len(fields) == 3 and is_number(fields[2]):
        _add_scored(collection, *fields)
    elif len(fields) == 2:
        collection.add(fields[0], fields[1])
    elif fields:
        collection.drop("more than two fields" if len(fields) > 2 else "fewer than two fields")


def _add_scored(collection: Collection, source: str, target: str, score: str) -> None:
    """Keep a pair with a probability or its logarithm, as GIZA++ and fast_align print them, or with a count."""
    value = float(score)
    if _NOTHING in (source, target):
        collection.drop("word aligned to nothing", f"{source} {target}")
    elif value > 1 and score.isdecimal():
        collection.add(source, target, 1.0, {"count": int(score)})
    elif value > 1:
        collection.drop("weight that is not a probability", f"{source} {target} {score}")
    else:
        collection.add(source, target, value if value >= 0 else math.exp(value))
