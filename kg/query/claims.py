"""Who claims an edge, and why: read for the few edges of an answer, after the ranking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson

from isogloss.kg.query.edge_rows import between, evidence
from isogloss.kg.query.neighborhoods import Terms
from isogloss.kg.results import Claim
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import SAME_CONCEPT, SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Row, Store

Ends = tuple[int, int, int]  # two words and the source that joins them

_RUN = "SELECT method, settings, seed, version, started FROM run WHERE id = ?"


class Claims:
    """Reads claims, and keeps the runs it has met."""

    def __init__(self, store: Store, terms: Terms, explained: Collection[int]) -> None:
        self.store = store
        self.terms = terms
        self.explained = explained  # the sources that have evidence
        self._runs: dict[int, Run] = {}
        self._noted: dict[int, list[Row]] = {}  # by relation

    def note(self, rows: Iterable[Row], relation: int) -> None:
        """Keep all claims ``(src, dst, source, weight, …)`` of some edges, which need not be read again."""
        self._noted.setdefault(relation, []).extend(rows)

    def between(self, word: int, targets: Collection[int], relation: int = TRANSLATION) -> dict[int, tuple[Claim, ...]]:
        """All claims of edges between ``word`` and each of ``targets``."""
        return self.of_pairs({word: targets}, relation)[word]

    def of_pairs(
        self, pairs: Mapping[int, Collection[int]], relation: int = TRANSLATION
    ) -> dict[int, dict[int, tuple[Claim, ...]]]:
        """All claims of edges between each word and its others, by the two."""
        concepts = self.terms.concepts and relation in (TRANSLATION, SYNONYM, SAME_CONCEPT)
        rows: list[Row] = []
        if noted := self._noted.get(relation):
            rows = [row[:4] for row in noted if row[0] in pairs and row[1] in pairs[row[0]]]
        read = {row[:2] for row in rows}
        unread = {word: [end for end in ends if (word, end) not in read] for word, ends in pairs.items()}
        if unread := {word: ends for word, ends in unread.items() if ends}:
            rows += between(self.store, unread, relation, concepts=concepts)
        explained = {word: pairs[word] for word, _, source, _ in rows if source in self.explained}
        reasons = self._reasons(explained, relation) if explained else {}
        listed: dict[int, dict[int, list[Claim]]] = {word: {} for word in pairs}
        for word, target, source, weight in dict.fromkeys(rows):
            if self.terms.may_use(source, weight):
                run, facts = reasons.get((word, target, source), (None, None))
                listed[word].setdefault(target, []).append(Claim(self.terms.sources[source], weight, run, facts))
        return {
            word: {
                target: tuple(sorted(claims, key=_strongest) if len(claims) > 1 else claims)
                for target, claims in of_word.items()
            }
            for word, of_word in listed.items()
        }

    def _reasons(
        self, pairs: Mapping[int, Collection[int]], relation: int
    ) -> dict[Ends, tuple[Run | None, Mapping[str, Any] | None]]:
        """Run and evidence by both words and source; what was found from here to there goes before the reverse."""
        reasons: dict[Ends, tuple[Run | None, Mapping[str, Any] | None]] = {}
        for word, target, source, run, facts in evidence(self.store, pairs, relation):
            reasons.setdefault((word, target, source), (self.run(run), _object(facts) if facts else None))
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
        raise ValueError(f"{text[:50]} is not a JSON object")
    return value


def _strongest(claim: Claim) -> tuple[float, str]:
    return -claim.strength, claim.source.name
