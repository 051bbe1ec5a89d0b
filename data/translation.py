"""A translation with its rank, score and probability: what lexicons and graphs answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from isogloss.data.licence import strictest
from isogloss.data.tables import html_table


@dataclass(frozen=True, slots=True)
class Translation:
    """``word``, of ``language``, as a translation of ``query``; ``rank`` counts from 1, best first.

    ``score`` is CSLS where a lexicon answers, and the probability where a graph does.
    ``probability`` is the chance that the translation is right; NaN where nothing has calibrated it. ``evidence`` has
    the paths of a graph that lead to the word (``kg.results.Path``), strongest first. ``match`` is what the entry that
    was translated is to ``query`` (``kg.results.How``), empty where it is ``query`` itself.
    ``pos`` has the parts of speech of ``word``, ``senses`` those of ``query`` that it translates, where sources tell.
    """

    query: str
    word: str
    language: str
    rank: int
    score: float
    probability: float = math.nan
    evidence: tuple[Any, ...] = field(default=(), repr=False)
    match: str = ""
    pos: str = ""
    senses: tuple[str, ...] = ()

    @property
    def licence(self) -> str:
        """The strictest licence of all sources on the paths."""
        return strictest(claim.source.licence for path in self.evidence for step in path.steps for claim in step.claims)

    @property
    def entry(self) -> str:
        """The word that was translated: ``query``, another spelling of it, or its base form."""
        return str(self.evidence[0].words[0].word) if self.evidence else self.query

    @property
    def direct(self) -> bool:
        """Whether a source lists the translation itself, without a pivot word."""
        return any(path.direct for path in self.evidence)

    def __str__(self) -> str:
        sure = "" if math.isnan(self.probability) else f"  p = {self.probability:.3f}"
        lines = [f"{self.word} ({self.language})  {self.score:.3f}{sure}"]
        return "\n".join([*lines, *(f"    {path}" for path in self.evidence)])


class Translations(list[Translation]):
    """The translations of one word, best first; a list that shows as a table in a notebook.

    ``matches`` are the entries of a graph that were asked, each with how it was found (``kg.results.Match``).
    """

    matches: tuple[Any, ...] = ()

    def __init__(self, query: str, translations: Iterable[Translation] = ()) -> None:
        super().__init__(translations)
        self.query = query

    @property
    def words(self) -> tuple[str, ...]:
        """The translations without scores."""
        return tuple(translation.word for translation in self)

    def by_sense(self) -> dict[str, list[Translation]]:
        """The translations of each sense, that of the best translation first; those that tell none under ``""``."""
        groups: dict[str, list[Translation]] = {}
        for translation in self:
            for sense in translation.senses or ("",):
                groups.setdefault(sense, []).append(translation)
        return groups

    def __repr__(self) -> str:
        scores = (answer.score if math.isnan(answer.probability) else answer.probability for answer in self)
        words = ", ".join(f"{answer.word} {score:.2f}" for answer, score in zip(self, scores, strict=True))
        return f"<Translations of {self.query!r}: {words or 'none'}>"

    def _repr_html_(self) -> str:
        calibrated = any(not math.isnan(translation.probability) for translation in self)
        header = ["rank", "translation", "language", "score", *(["probability"] if calibrated else []), "evidence"]
        rows = [
            [
                translation.rank,
                translation.word,
                translation.language,
                translation.score,
                *([translation.probability] if calibrated else []),
                str(translation.evidence[0]) if translation.evidence else "",
            ]
            for translation in self
        ]
        header, rows = (header, rows) if any(row[-1] for row in rows) else (header[:-1], [row[:-1] for row in rows])
        count = f"{len(self)} translation" + ("" if len(self) == 1 else "s")
        return html_table(f"{self.query}: {count}", header, rows)
