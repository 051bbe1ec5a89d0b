"""Analogies over the vectors that are joined to the words of a graph: *man* is to *king* as *femme* is to what?

The difference between two words of one language is added to a word of another (Mikolov et al., 2013). Where vectors of
two languages share no space, the graph's own direct translations align them (``kg.query.embeddings``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.licence import strictest
from isogloss.kg.query.embeddings import Space, align_spaces


@dataclass(frozen=True, slots=True)
class AnalogyAnswer:
    """A word that completes an analogy, and how close it comes (cosine, -1 to 1)."""

    word: str
    language: str
    score: float


@dataclass(frozen=True)
class Analogy:
    """``a`` is to ``b`` as ``c`` is to each of ``answers``, nearest first.

    ``seeds`` gives for each other language the number of translations that aligned its vectors to the space of the
    answers, and ``licence`` the licence of those translations.
    """

    a: str
    b: str
    c: str
    answers: tuple[AnalogyAnswer, ...]
    seeds: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""

    def __str__(self) -> str:
        return "\n".join(
            [
                f"{self.a} : {self.b} = {self.c} :",
                *(f"    {answer.word}  {answer.score:.3f}" for answer in self.answers),
            ]
        )


def analogy(
    spaces: Mapping[str, Space],
    translations: Callable[[str], Dictionary],
    words: tuple[str, str, str],
    languages: tuple[str, str, str],
    *,
    k: int = 10,
    aligned: bool = False,
) -> Analogy:
    """What completes "``a`` is to ``b`` as ``c`` is to …", in the target language.

    Args:
        spaces: The vectors joined to the words, by language.
        translations: The direct translations from a language into that of the answers.
        words: ``a``, ``b`` and ``c``.
        languages: Of ``a`` and ``b``, of ``c``, and of the answers.
        k: The most answers that come back.
        aligned: The vectors share a space already; else ``translations`` align them.

    Raises:
        VocabularyError: A word has no vector, or too few translations join the languages.
    """
    source, third, target = languages
    spaces = dict(spaces)
    home = spaces[target]
    seeds: dict[str, int] = {}
    licences: list[str] = []
    for language, space in spaces.items():
        if language != target and not aligned:
            pairs = translations(language)
            spaces[language], seeds[language] = align_spaces(space, home, pairs)
            licences.append(pairs.origin.licence)
    of = dict(zip(("a", "b", "c"), zip(words, (source, source, third), strict=True), strict=True))
    rows = {name: spaces[language].row(word) for name, (word, language) in of.items()}
    a, b, c = (spaces[language].matrix[rows[name]] for name, (_, language) in of.items())
    left_out = {home.words[rows[name]] for name, (_, language) in of.items() if language == target}
    return Analogy(*words, tuple(nearest(c + b - a, home, left_out, k)), seeds, strictest(licences) if licences else "")


def nearest(wanted: NDArray[np.float32], space: Space, left_out: Collection[str], k: int) -> list[AnalogyAnswer]:
    """The words of ``space`` with the highest cosine to ``wanted``, shape ``(d,)``, without those ``left_out``."""
    scores = space.matrix @ (wanted / max(float(np.linalg.norm(wanted)), 1e-9))
    order = np.argsort(-scores, kind="stable")[: k + len(left_out)].tolist()
    candidates = [AnalogyAnswer(space.words[row], space.language, round(float(scores[row]), 4)) for row in order]
    return [candidate for candidate in candidates if candidate.word not in left_out][:k]
