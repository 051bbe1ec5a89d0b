"""Analogies over the vectors that are joined to the words of a graph: *man* is to *king* as *femme* is to what?

The difference between two words of one language is added to a word of another (Mikolov et al., 2013). Vectors of two
languages rarely share a space, so the graph's own direct translations turn the one into the other: an orthogonal map
(Xing et al., 2015) over all pairs of which both words have a vector.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.dictionary import Dictionary
from data.errors import GraphError, VocabularyError, shown
from data.progress import Progress, silent
from data.reading import read_vectors
from data.spelling import search_form
from data.vectors import Matrix, Vectors
from kg.licence import strictest
from kg.spelling import lemma
from kg.store import Store

if TYPE_CHECKING:
    from kg.graph import Graph

FEWEST = 20  # translations that turn one space into another

_JOINED = (
    "SELECT e.lemma, r.row FROM vector_ref r JOIN entry e ON e.id = r.entry WHERE e.language = ? AND r.file = ? "
    "ORDER BY r.row"
)
_FILES = (
    "SELECT f.id, f.path, f.sha256 FROM vector_file f WHERE f.id IN "
    "(SELECT r.file FROM vector_ref r JOIN entry e ON e.id = r.entry WHERE e.language = ?) ORDER BY f.id"
)


@dataclass(frozen=True, slots=True)
class Fourth:
    """A word that completes an analogy, and how close it comes (cosine, -1 to 1)."""

    word: str
    language: str
    score: float


@dataclass(frozen=True)
class Analogy:
    """``a`` is to ``b`` as ``c`` is to each of ``answers``, nearest first.

    ``seeds`` says for each other language how many translations turned its vectors into the space of the answers, and
    ``licence`` what those translations are bound by.
    """

    a: str
    b: str
    c: str
    answers: tuple[Fourth, ...]
    seeds: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""

    def __str__(self) -> str:
        return "\n".join(
            [f"{self.a} : {self.b} = {self.c} :", *(f"    {each.word}  {each.score:.3f}" for each in self.answers)]
        )


@dataclass(frozen=True, eq=False)
class Space:
    """The words of one language that a graph and its vectors both have, with unit vectors about their mean."""

    language: str
    words: tuple[str, ...]
    matrix: Matrix  # shape (words, d)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @classmethod
    def of(cls, store: Store, number: int, file: int, vectors: Vectors) -> Space:
        """The rows that entries of a language, given by its number, point to.

        Raises:
            GraphError: The file has other words in these rows than when it was joined.
        """
        rows = store.rows(_JOINED, (number, file))
        wrong = [word for word, row in rows if row >= len(vectors) or lemma(vectors.words[row]) != word]
        if wrong:
            raise GraphError(
                f"{store.path}: found other words than {shown(wrong)} in their rows of the {vectors.language} vectors, "
                "expected those that were joined; join them again with 'isogloss kg vectors'"
            )
        matrix = vectors.matrix[np.array([row for _, row in rows], dtype=np.int64)]
        return cls(vectors.language, tuple(word for word, _ in rows), centred(matrix))

    def row(self, word: str) -> int:
        """The row of a word, as written or else without regard to case and accents.

        Raises:
            VocabularyError: It has none.
        """
        written = lemma(word)
        if written in self.row_of:
            return self.row_of[written]
        form = search_form(written)
        for row, each in enumerate(self.words):
            if search_form(each) == form:
                return row
        raise VocabularyError(
            f"{word!r} has no {self.language} vector in this graph; it has those of {len(self.words):,} words, "
            f"such as {shown(self.words[:3])}"
        )


def joined_file(store: Store, number: int, language: str) -> tuple[int, str, str]:
    """Number, path and SHA-256 of the file of vectors that the words of a language point into, the latest one.

    Raises:
        VocabularyError: There is none.
    """
    found = store.rows(_FILES, (number,))
    if not found:
        raise VocabularyError(
            f"no {language} word of {store.path} has a vector; join a file of vectors with "
            f"'isogloss kg vectors FILE --lang {language}'"
        )
    file, path, sha256 = found[-1]
    return int(file), path, sha256


def centred(matrix: Matrix) -> Matrix:
    """Unit vectors, about their mean, and unit again."""
    for _ in range(2):
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        matrix = np.asarray(matrix / np.where(lengths > 0, lengths, 1), dtype=np.float32)
        matrix = matrix - matrix.mean(axis=0)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    found: Matrix = (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found


def turned(here: Space, there: Space, seeds: Dictionary) -> tuple[Space, int]:
    """The vectors of one language in the space of another, and how many translations showed the way.

    The map minimises ``‖x @ w - y‖`` over orthogonal ``w`` (Schönemann, 1966); a pair counts with its weight.

    Raises:
        VocabularyError: There are too few translations of words with vectors, or the dimensions differ.
    """
    if here.matrix.shape[1] != there.matrix.shape[1]:
        raise VocabularyError(
            f"found {here.matrix.shape[1]}-dimensional {here.language} and {there.matrix.shape[1]}-dimensional "
            f"{there.language} vectors, expected as many dimensions in both"
        )
    mine, theirs = here.row_of, there.row_of
    pairs = [pair for pair in seeds.pairs if pair.source in mine and pair.target in theirs]
    if len(pairs) < FEWEST:
        raise VocabularyError(
            f"found {len(pairs)} translations between {here.language} and {there.language} whose words both have a "
            f"vector, expected {FEWEST} or more; import a dictionary, or join vectors of one space ('isogloss lexicon "
            "map') and use --aligned"
        )
    weight = np.array([pair.weight for pair in pairs], dtype=np.float32)[:, None]
    x = here.matrix[[mine[pair.source] for pair in pairs]] * weight
    u, _, vt = np.linalg.svd(x.T @ there.matrix[[theirs[pair.target] for pair in pairs]])
    return Space(here.language, here.words, here.matrix @ (u @ vt)), len(pairs)


def analogy(
    graph: Graph,
    words: tuple[str, str, str],
    source: str,
    target: str,
    *,
    third: str | None = None,
    k: int = 10,
    aligned: bool = False,
    vectors: Mapping[str, Vectors] | None = None,
    progress: Progress = silent,
) -> Analogy:
    """What completes "``a`` is to ``b`` as ``c`` is to …", in the target language.

    Args:
        graph: Open for reading, with vectors joined to the words of all languages asked about.
        words: ``a``, ``b`` and ``c``.
        source: The language of ``a`` and ``b``.
        target: The language of the answers.
        third: The language of ``c``; that of the answers unless it says otherwise.
        k: The most answers that come back.
        aligned: The files of vectors share a space already; else translations of the graph turn them.
        vectors: The vectors of languages, where they are at hand; else they are read from the files that were joined.
        progress: Watches the reading.

    Raises:
        VocabularyError: A language or a word has no vector, or too few translations join the languages.
        GraphError: A file is not the one that was joined.
    """
    third = target if third is None else third
    spaces = {
        language: _space(graph, language, (vectors or {}).get(language), progress)
        for language in dict.fromkeys((target, source, third))
    }
    home = spaces[target]
    seeds: dict[str, int] = {}
    licences: list[str] = []
    for language, space in spaces.items():
        if language != target and not aligned:
            known = graph.dictionary(language, target)
            spaces[language], seeds[language] = turned(space, home, known)
            licences.append(known.origin.licence)
    of = dict(zip(("a", "b", "c"), zip(words, (source, source, third), strict=True), strict=True))
    rows = {name: spaces[language].row(word) for name, (word, language) in of.items()}
    a, b, c = (spaces[language].matrix[rows[name]] for name, (_, language) in of.items())
    left_out = {home.words[rows[name]] for name, (_, language) in of.items() if language == target}
    return Analogy(*words, tuple(nearest(c + b - a, home, left_out, k)), seeds, strictest(licences) if licences else "")


def _space(graph: Graph, language: str, vectors: Vectors | None, progress: Progress) -> Space:
    number, store = graph.language_number(language), graph.store
    file, path, sha256 = joined_file(store, number, language)
    read = read_vectors(path, language, max_vocab=None, progress=progress) if vectors is None else vectors
    if read.file is None or read.file.sha256 != sha256:
        raise GraphError(f"{path}: found another file than was joined to the {language} words; join it anew")
    return Space.of(store, number, file, read)


def nearest(wanted: NDArray[np.float32], space: Space, left_out: Collection[str], k: int) -> list[Fourth]:
    """The words of ``space`` with the highest cosine to ``wanted``, shape ``(d,)``, without those ``left_out``."""
    scores = space.matrix @ (wanted / max(float(np.linalg.norm(wanted)), 1e-9))
    order = np.argsort(-scores, kind="stable")[: k + len(left_out)].tolist()
    found = [Fourth(space.words[row], space.language, round(float(scores[row]), 4)) for row in order]
    return [each for each in found if each.word not in left_out][:k]
