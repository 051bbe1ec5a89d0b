"""Who claims an edge, and why: read for the few edges of an answer, after the ranking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from isogloss.kg.query.neighbourhoods import Terms
from isogloss.kg.results import Claim
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import CONCEPT_EDGE, SAME_CONCEPT, SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Store, marks

Ends = tuple[int, int]

_EDGES = "SELECT dst, source, weight FROM edge WHERE src = ? AND relation = ? AND dst IN ({dst})"
_CONCEPT_EDGES = f"SELECT dst, source, weight FROM {CONCEPT_EDGE} WHERE src = ? AND dst IN ({{dst}})"
_FORTH = "SELECT dst, source, run, facts FROM evidence WHERE src = ? AND relation = ? AND dst IN ({dst})"
_BACK = "SELECT src, source, run, facts FROM evidence WHERE src IN ({dst}) AND relation = ? AND dst = ?"
_RUN = "SELECT method, settings, seed, version, started FROM run WHERE id = ?"


class Claims:
    """Reads claims, a word at a time, and keeps the runs it has met."""

    def __init__(self, store: Store, terms: Terms, explained: Collection[int]) -> None:
        self.store = store
        self.terms = terms
        self.explained = explained  # the sources that have evidence
        self._runs: dict[int, Run] = {}

    def between(self, word: int, others: Collection[int], relation: int = TRANSLATION) -> dict[int, tuple[Claim, ...]]:
        """All claims of edges between ``word`` and each of ``others``."""
        places = marks(len(others))
        rows = self.store.rows(_EDGES.format(dst=places), (word, relation, *others))
        if self.terms.concepts and relation in (TRANSLATION, SYNONYM, SAME_CONCEPT):
            rows += self.store.rows(_CONCEPT_EDGES.format(dst=places), (word, *others))
        reasons = {}
        if any(source in self.explained for _, source, _ in rows):
            reasons = self._reasons(word, others, relation)
        found: dict[int, list[Claim]] = {}
        for other, source, weight in dict.fromkeys(rows):
            if self.terms.allowed is None or source in self.terms.allowed:
                run, facts = reasons.get((other, source), (None, None))
                found.setdefault(other, []).append(Claim(self.terms.sources[source], weight, run, facts))
        return {
            other: tuple(sorted(claims, key=_loudest) if len(claims) > 1 else claims) for other, claims in found.items()
        }

    def _reasons(
        self, word: int, others: Collection[int], relation: int
    ) -> dict[Ends, tuple[Run | None, Mapping[str, Any] | None]]:
        """Run and evidence by other word and source; what was found from here to there goes before the reverse."""
        found: dict[Ends, tuple[Run | None, Mapping[str, Any] | None]] = {}
        places = marks(len(others))
        forth = self.store.rows(_FORTH.format(dst=places), (word, relation, *others))
        back = self.store.rows(_BACK.format(dst=places), (*others, relation, word))
        for other, source, run, facts in [*forth, *back]:
            found.setdefault((other, source), (self.run(run), orjson.loads(facts) if facts else None))
        return found

    def run(self, number: int | None) -> Run | None:
        """A run by its number."""
        if number is None:
            return None
        if number not in self._runs:
            method, settings, seed, version, started = self.store.rows(_RUN, (number,))[0]
            self._runs[number] = Run(method, orjson.loads(settings), int(seed) if seed else None, version, started)
        return self._runs[number]


def _loudest(claim: Claim) -> tuple[float, str]:
    return -claim.strength, claim.source.name
