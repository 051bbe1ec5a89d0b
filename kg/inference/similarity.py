"""What compares the two words of a candidate beside the graph: joined vectors, an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from isogloss.data.errors import VocabularyError
from isogloss.kg.inference.features import Described


class Similarity(Protocol):
    """Adds features that no translation of the graph gives."""

    def compared(self, described: Described) -> Described:
        """The same candidates with its features.

        Raises:
            VocabularyError: The words cannot be compared.
        """
        ...


def compared_where_possible(similarities: Sequence[Similarity], described: Described) -> Described:
    """Candidates of other languages than those in question, compared by all that knows both."""
    for similarity in similarities:
        try:
            described = similarity.compared(described)
        except VocabularyError:
            continue
    return described
