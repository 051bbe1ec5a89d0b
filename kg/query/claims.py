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
_FORWARD = "SELECT dst, source, run, facts FROM evidence WHERE src = ? AND relation = ? AND dst IN ({dst})"
_BACKWARD = "SELECT src, source, run, facts FROM evidence WHERE src IN ({dst}) AND relation = ? AND dst = ?"
_RUN = "SELECT method, settings, seed, version, started FROM run WHERE id = ?"


class Claims:
    """Reads claims, a word at a time, and keeps the runs it has met."""

    def __init__(self, store: Store, terms: Terms, explained: Collection[int]) -> None:
        self.store = store
        self.terms = terms
        self.explained = explained  # the sources that have evidence
        self._runs: dict[int, Run] = {}

    def between(self, word: int, targets: Collection[int], relation: int = TRANSLATION) -> dict[int, tuple[Claim, ...]]:
        """All claims of edges between ``word`` and each of ``others``."""
        places = marks(len(targets))
        rows = self.store.rows(_EDGES.format(dst=places), (word, relation, *targets))
        if self.terms.concepts and relation in (TRANSLATION, SYNONYM, SAME_CONCEPT):
            rows += self.store.rows(_CONCEPT_EDGES.format(dst=places), (word, *targets))
        reasons = {}
        if any(source in self.explained for _, source, _ in rows):
            reasons = self._reasons(word, targets, relation)
        by_target: dict[int, list[Claim]] = {}
        for target, source, weight in dict.fromkeys(rows):
            if self.terms.may_use(source, weight):
                run, facts = reasons.get((target, source), (None, None))
                by_target.setdefault(target, []).append(Claim(self.terms.sources[source], weight, run, facts))
        return {
            target: tuple(sorted(claims, key=_strongest) if len(claims) > 1 else claims)
            for target, claims in by_target.items()
        }

    def _reasons(
        self, word: int, targets: Collection[int], relation: int
    ) -> dict[Ends, tuple[Run | None, Mapping[str, Any] | None]]:
        """Run and evidence by other word and source; what was found from here to there goes before the reverse."""
        reasons: dict[Ends, tuple[Run | None, Mapping[str, Any] | None]] = {}
        places = marks(len(targets))
        forward = self.store.rows(_FORWARD.format(dst=places), (word, relation, *targets))
        backward = self.store.rows(_BACKWARD.format(dst=places), (*targets, relation, word))
        for target, source, run, facts in [*forward, *backward]:
            reasons.setdefault((target, source), (self.run(run), _object(facts) if facts else None))
        return reasons

    def run(self, number: int | None) -> Run | None:
        """A run by its number."""
        if number is None:
            return None
        if number not in self._runs:
            method, settings, seed, version, started = self.store.rows(_RUN, (number,))[0]
            self._runs[number] = Run(method, _object(settings), int(seed) if seed else None, version, started)
        return self._runs[number]


def _object(text: str) -> Mapping[str, Any]:
    """A JSON object.

    Raises:
        ValueError: It is none, so the graph is damaged.
    """
    value = orjson.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"{text[:50]} is no JSON object")
    return value


def _strongest(claim: Claim) -> tuple[float, str]:
    return -claim.strength, claim.source.name
