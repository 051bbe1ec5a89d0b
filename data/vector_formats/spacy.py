"""Word vectors inside a spaCy model: a table, and a map from words to its rows.

Models of middle size are pruned: hundreds of thousands of words share the rows of the most frequent ones. Only the
first word of each row, in the order of the map, is a word whose own vector stands there. The rest are near
neighbors, and would look like perfect synonyms.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors, floret
from isogloss.data.vector_formats.murmur import Hashes, murmur64a
from isogloss.data.vector_formats.spacy_package import TABLE, SpacyModel

_MAP = "key2row"
_COMMON = [sign.encode() for sign in string.punctuation + string.digits]


def matches(path: Path) -> bool:
    """Whether ``path`` is a spaCy model, as a folder or a wheel."""
    try:
        return SpacyModel.find(path) is not None
    except FormatError:
        return path.suffix == ".whl"  # so that reading it says what is wrong


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None = None) -> RawVectors:
    """The words that own a row of the model's table, most frequent first; for a floret table see ``floret``.

    Raises:
        FormatError: ``path`` holds no model, or a part of it is missing or torn.
    """
    model = SpacyModel.find(path)
    if model is None:
        raise FormatError.at(path, None, "no folder vocab/ with vectors", "a spaCy model, as a folder or a wheel")
    if model.mode == "floret":
        return floret.read(path, max_vocab=max_vocab, progress=progress, words=words)
    for _ in progress([path], "Reading a spaCy model", 1):
        keys, rows = model.integers(_MAP, model.unpacked(_MAP))
        table = model.table
    if not len(keys) or rows.dtype.kind not in "iu" or rows.max() >= len(table):
        found = f"{len(keys):,} words with rows beyond the table"
        raise FormatError.at(path, None, found, f"words for the {len(table):,} rows of {model.vocab}/{TABLE}")
    has_row = rows >= 0
    keys, rows = keys[has_row], rows[has_row]
    _, first = np.unique(rows, return_index=True)
    first.sort()
    owners = keys[first]
    names = model.named(owners)
    named = [place for place, name in enumerate(names) if name is not None]
    owned = rows[first][named]
    in_order = len(owned) == len(table) and np.array_equal(owned, np.arange(len(table)))
    return RawVectors(
        words=[name for name in names if name is not None],
        matrix=table if in_order else table[owned],
        warnings=_doubts(keys, owners, missing=len(names) - len(named)),
    )


def _doubts(keys: Hashes, owners: Hashes, missing: int) -> tuple[str, ...]:
    """What is odd about a model: words it cannot spell, and rows that belong to the wrong words.

    Full stops, commas and digits are frequent in every language, so in a well pruned model they own their rows.
    """
    doubts = []
    if missing * 100 > len(owners):
        doubts.append(f"{missing:,} of {len(owners):,} vectors belong to words that the model cannot spell; left out")
    common = np.intersect1d(murmur64a(_COMMON), keys)
    owning = int(np.isin(common, owners).sum())
    if len(keys) > len(owners) and len(common) >= 10 and owning * 3 < len(common):
        doubts.append(
            f"pruned to the wrong words: of {len(common)} punctuation marks and digits only {owning} have a vector of "
            "their own, so the vectors left belong to rare words; use another version of the model"
        )
    return tuple(doubts)
