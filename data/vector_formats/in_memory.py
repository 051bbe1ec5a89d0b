"""Vectors that are in Python already: words with an array, or gensim's ``KeyedVectors``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from isogloss.data.errors import FormatError
from isogloss.data.vector_formats.arrays import checked
from isogloss.data.vectors import Matrix, Vectors

NAME = "vectors in memory"


@runtime_checkable
class KeyedVectors(Protocol):
    """What gensim 4 calls ``KeyedVectors``: ``index_to_key``, most frequent first, and one row of ``vectors`` each."""

    index_to_key: Sequence[str]
    vectors: Any


InMemory: TypeAlias = "Vectors | KeyedVectors | tuple[Sequence[str], ArrayLike]"


def words_and_matrix(value: object) -> tuple[list[str], Matrix]:
    """The words and the float32 matrix of ``value``, checked as those of a file are.

    Raises:
        FormatError: ``value`` is neither words with an array nor ``KeyedVectors``, or rows and words differ in number;
            the message says what to pass.
    """
    inner = getattr(value, "wv", value)  # a whole gensim model holds them so
    if isinstance(inner, KeyedVectors):
        words, array = inner.index_to_key, inner.vectors
    elif isinstance(inner, Vectors):
        words, array = inner.written, inner.matrix
    elif isinstance(inner, tuple | list) and len(inner) == 2:
        words, array = inner
    else:
        raise FormatError(
            f"vectors of type {type(value).__name__}: pass a path, (words, array), gensim KeyedVectors or Vectors"
        )
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise FormatError(f"{NAME}: the first of (words, array) is not a sequence of strings; pass (words, array)")
    try:
        matrix = np.asarray(array)
    except ValueError as error:  # rows of different lengths
        raise FormatError(f"{NAME}: {error}; pass an array of shape (words, dimensions)") from error
    return list(words), checked(NAME, matrix, len(words))
