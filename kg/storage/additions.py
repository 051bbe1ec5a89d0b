"""What can be added to a graph that is open for writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError
from isogloss.data.progress import Progress, silent
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.store import Store

if TYPE_CHECKING:
    from isogloss.kg.storage.loading import AboutConcept, Added, Loader


class Additions:
    """The part of a graph that takes in. What was added is in the tables once something is asked, or at the end."""

    path: Path | str
    _store: Store
    _loader: Loader | None
    _stale: bool  # whether something was added that is not in the tables yet

    def add(
        self,
        dictionary: Dictionary,
        *,
        relation: str | None = None,
        run: Run | None = None,
        places: Sequence[int] | None = None,
        progress: Progress = silent,
    ) -> Added:
        """Take in the pairs of a dictionary, with its origin, and with the run that made it, if one did.

        Pairs that the same origin has given before keep the higher weight. ``relation`` is ``translation``, or
        ``synonym`` where both languages are one, unless it says otherwise. ``places`` are those of the translations in
        the articles on their words, from 1, negative where the articles are on the translations, 0 where there are
        none; unless they are given, the order of the pairs tells them.

        Raises:
            FormatError: A weight is no probability, or a word no valid text.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        with self._adding() as loader:
            return loader.add(dictionary, relation, run, places, progress)

    def add_concepts(self, concepts: Mapping[str, Mapping[str, str | Iterable[str]]], origin: Origin) -> Added:
        """Take in concepts: each key of ``origin`` with the word or words that share the meaning, by language.

        The words of a concept count as translations of each other; no edges are stored for them.
        """
        with self._adding() as loader:
            return loader.add_concepts(concepts, origin)

    def add_members(
        self,
        language: str,
        keys: Sequence[str],
        words: Sequence[str],
        origin: Origin,
        weights: Sequence[float] | None = None,
        about: Mapping[str, AboutConcept] | None = None,
    ) -> Added:
        """Take in words of one language, each with the key that its concept has in ``origin``, as ``add_concepts``.

        ``weights`` say how surely each word belongs, 0 to 1; 1 unless they are given. ``about`` describes all concepts.
        """
        with self._adding() as loader:
            return loader.add_members(language, keys, words, origin, weights, about)

    def add_parts_of_speech(self, language: str, tags: Mapping[str, str]) -> None:
        """Note what words added in this session are: tags of Universal Dependencies, several with blanks between."""
        with self._adding() as loader:
            loader.add_parts_of_speech(language, tags)

    def describe_concepts(self, about: Mapping[str, AboutConcept], origin: Origin) -> None:
        """Note parts of speech, definitions and cohesion of concepts, by their keys in ``origin``."""
        with self._adding() as loader:
            loader.describe_concepts(about, origin)

    def add_frequency_ranks(self, language: str, ranks: Mapping[str, int]) -> None:
        """Note how frequent words added in this session are, the most frequent 0; of two ranks the first counts."""
        with self._adding() as loader:
            loader.add_frequency_ranks(language, ranks)

    @contextmanager
    def _adding(self) -> Iterator[Loader]:
        """What takes in, for one thread at a time."""
        loader = self._writer()
        with self._store.lock, sqlite.explained(self.path):
            yield loader
            self._stale = True

    def _writer(self) -> Loader:
        if self._loader is None:
            raise GraphError(f"{self.path}: open for reading only; open it with write=True to add to it")
        return self._loader
