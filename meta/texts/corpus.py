"""The labelled texts of one language as vectors, and tasks drawn across two of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import VocabularyError
from isogloss.data.text.labelled_texts import Text
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Rows


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts of ``language`` in the space that all languages share.

    Row ``i`` of ``vectors``, shape ``(n, d)``, unit length, is the text called ``names[i]`` of the class
    ``labels[i]``; translations of each other have one name.
    """

    language: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: Matrix

    @classmethod
    def of(cls, texts: Sequence[Text], encoder: Encoder[str]) -> Corpus:
        """Encode ``texts``, all of one language; those that the encoder knows nothing of are left out.

        Raises:
            VocabularyError: No text is left.
        """
        vectors = encoder.encode([text.text for text in texts])
        rows = np.flatnonzero(vectors.any(axis=1))
        if not len(rows):
            raise VocabularyError(
                f"found {len(texts)} texts of which the encoder knows no word, expected some it can read; check that "
                "texts and vectors are of one language"
            )
        read = [texts[row] for row in rows.tolist()]
        names, labels = tuple(text.name for text in read), tuple(text.label for text in read)
        return cls(read[0].language, names, labels, vectors[rows])

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of each class."""
        rows_of_label: dict[str, list[int]] = {}
        for row, label in enumerate(self.labels):
            rows_of_label.setdefault(label, []).append(row)
        return {label: np.array(rows) for label, rows in sorted(rows_of_label.items())}

    def where(self, keep: Collection[int] | Rows) -> Corpus:
        """Only the texts in these rows."""
        rows = np.sort(np.asarray(list(keep), dtype=np.int64))
        names, labels = (tuple(column[row] for row in rows) for column in (self.names, self.labels))
        return Corpus(self.language, names, labels, self.vectors[rows])


class TextTask(NamedTuple):
    """A few labelled texts in one language, and texts of another that have to be told apart by them."""

    classes: tuple[str, ...]
    support: Matrix  # (classes, shots, d)
    query: Matrix  # (classes, queries, d)
    asked: tuple[str, ...]  # the names of the query texts, class by class


def shared_classes(source: Corpus, target: Corpus, shots: int, queries: int) -> list[str]:
    """The classes with enough texts for a task, even if every support text is among those of the target."""
    enough = {label for label, rows in source.rows.items() if len(rows) >= shots}
    return [label for label, rows in target.rows.items() if label in enough and len(rows) >= shots + queries]


def draw_task(
    source: Corpus, target: Corpus, ways: int, shots: int, queries: int, random: np.random.Generator
) -> TextTask:
    """A task whose support is in the language of ``source`` and whose query is in that of ``target``.

    No query text is a translation of a support text.

    Args:
        source: Labelled texts of the support, with vectors.
        target: Those of the query.
        ways: The most classes.
        shots: Support texts of each class.
        queries: The most query texts of each class.
        random: Draws classes and texts.

    Raises:
        VocabularyError: Fewer than two classes have enough texts.
    """
    classes = shared_classes(source, target, shots, queries)
    if len(classes) < 2:
        raise VocabularyError(
            f"found {len(classes)} classes with {shots} texts in {source.language} and {shots + queries} in "
            f"{target.language}, expected at least 2; give more texts or ask for fewer"
        )
    chosen = [classes[place] for place in random.permutation(len(classes))[:ways]]
    support_rows = [random.permutation(source.rows[label])[:shots] for label in chosen]
    names = {source.names[row] for rows in support_rows for row in rows.tolist()}
    query_rows = [
        [row for row in random.permutation(target.rows[label]).tolist() if target.names[row] not in names][:queries]
        for label in chosen
    ]
    labels = tuple(target.names[row] for rows in query_rows for row in rows)
    return TextTask(tuple(chosen), source.vectors[np.array(support_rows)], target.vectors[np.array(query_rows)], labels)


def classes_of(corpora: Mapping[str, Corpus], fewest: int) -> tuple[str, ...]:
    """The classes with ``fewest`` texts in some language, in alphabetical order."""
    return tuple(
        sorted({label for corpus in corpora.values() for label, rows in corpus.rows.items() if len(rows) >= fewest})
    )
