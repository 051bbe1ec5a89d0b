"""Vectors as gensim saves them (``KeyedVectors.save``, ``Word2Vec.save``): a pickle, with large arrays beside it.

A pickle may call any function. This one may only build arrays and plain containers; all other objects are empty shells.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from isogloss.data.errors import FormatError
from isogloss.data.progress import Progress
from isogloss.data.vector_formats import RawVectors
from isogloss.data.vector_formats.arrays import checked

EXPORT = "text; in gensim: vectors.save_word2vec_format('vectors.txt')"
_HARMLESS = {
    ("_codecs", "encode"),
    ("builtins", "frozenset"),
    ("builtins", "int"),
    ("builtins", "set"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    *(
        (f"numpy.{core}.{module}", name)
        for core in ("core", "_core")
        for module, name in (("multiarray", "_reconstruct"), ("multiarray", "scalar"), ("numeric", "_frombuffer"))
    ),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
}


def matches(path: Path) -> bool:
    """Whether ``path`` begins as a pickle that names gensim's vectors."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        start = stream.read(1 << 12)
    return start[:1] == b"\x80" and b"gensim.models" in start


def read(path: Path, *, max_vocab: int | None, progress: Progress, words: Sequence[str] | None) -> RawVectors:  # noqa: ARG001 (VectorFormat)
    """The words of ``path`` and their vectors.

    Raises:
        FormatError: The file is damaged, an array beside it is missing, or it holds vectors of subwords only.
    """
    model = _loaded(path)
    keyed = model.get("wv", model)
    part = ".wv" if "wv" in model else ""
    content = keyed if isinstance(keyed, dict) else vars(keyed)
    listed = content.get("index_to_key", content.get("index2word"))
    if not isinstance(listed, list) or "vectors_ngrams" in content or "vectors" in content.get("__ignoreds", ()):
        raise FormatError.at(path, None, "a gensim model without a table of word vectors", EXPORT)
    array = content.get("vectors")
    if array is None:
        beside = path.with_name(f"{path.name}{part}.vectors.npy")
        if not beside.is_file():
            raise FormatError.at(path, None, f"no {beside.name} beside it", "both files that gensim wrote")
        array = np.load(beside, mmap_mode="c", allow_pickle=False)
    return RawVectors([str(word) for word in listed], checked(path, np.asarray(array), len(listed)))


class _Shell:
    """Stands for an object that is not needed; takes whatever its class would."""

    def __new__(cls, *_: object, **__: object) -> _Shell:
        return super().__new__(cls)

    def __init__(self, *_: object, **__: object) -> None: ...

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            vars(self).update(state)


class _Reader(pickle.Unpickler):
    """Loads arrays and containers, and nothing that acts."""

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class(module, name) if (module, name) in _HARMLESS else _Shell


def _loaded(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return dict(vars(_Reader(stream).load()))
    except Exception as error:  # a damaged pickle may raise anything
        raise FormatError.at(path, None, f"a pickle that cannot be read ({error})", EXPORT) from error
