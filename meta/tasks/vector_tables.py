"""The vectors of many languages, normalised once each and only when a task asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.normalisation import iterative_normalisation
from isogloss.meta.tasks.descriptors import LanguageDescriptor

CENTRING = 5  # rounds of iterative normalisation (Zhang et al., 2019); round number


class Spaces:
    """Normalised vectors by language; a language that no task names is never touched.

    ``vocabulary`` keeps only that many most frequent words of each language, which bounds the cost of a task.
    """

    def __init__(self, vectors: Mapping[str, Vectors], vocabulary: int | None = None) -> None:
        self._vectors = vectors
        self._vocabulary = vocabulary
        self._kept: dict[str, Vectors] = {}
        self._matrices: dict[str, Matrix] = {}
        self._descriptors: dict[str, LanguageDescriptor] = {}

    def words(self, language: str) -> Vectors:
        """The words of ``language`` and their vectors as they were read.

        Raises:
            VocabularyError: There are no vectors of ``language``.
        """
        if language not in self._kept:
            if language not in self._vectors:
                languages = ", ".join(sorted(self._vectors)) or "none"
                raise VocabularyError(
                    f"found vectors of {languages}, expected some of {language}; add --vectors {language}=FILE"
                )
            table = self._vectors[language]
            self._kept[language] = table if self._vocabulary is None else table.first(self._vocabulary)
        return self._kept[language]

    def matrix(self, language: str) -> Matrix:
        """The normalised vectors of ``language``, shape ``(n, d)``, unit length."""
        if language not in self._matrices:
            raw = self.words(language).matrix
            self._matrices[language] = iterative_normalisation(raw, rounds=CENTRING)(raw)
        return self._matrices[language]

    def language_descriptor(self, language: str) -> LanguageDescriptor:
        """What describes ``language`` by its words and vectors alone."""
        if language not in self._descriptors:
            self._descriptors[language] = LanguageDescriptor.of(self.words(language), self.matrix(language))
        return self._descriptors[language]

    def aligned_dimensions(self, source: str, target: str) -> None:
        """Check that one rotation can carry ``source`` into ``target``.

        Raises:
            VocabularyError: Their vectors differ in length.
        """
        source_dimensions, target_dimensions = self.words(source).dimensions, self.words(target).dimensions
        if source_dimensions != target_dimensions:
            raise VocabularyError(
                f"found {source} vectors of {source_dimensions} dimensions and {target} vectors of {target_dimensions}"
                ", expected the same number; train or cut both to the same length"
            )
