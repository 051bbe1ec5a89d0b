"""The small tables that every query needs, read once when a graph is opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from isogloss.data.dictionary import Origin
from isogloss.kg.query.neighbourhoods import Terms, limited
from isogloss.kg.query.translation import Question
from isogloss.kg.storage.fusion import Voices
from isogloss.kg.storage.schema import SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Store


@dataclass(frozen=True)
class Catalogue:
    """The languages and sources of a graph, and which languages are linked; all by number."""

    numbers: Mapping[str, int]  # of each language code
    codes: Mapping[int, str]  # of each language number
    sources: dict[int, Origin]
    voices: Voices
    explained: frozenset[int]  # sources that have evidence
    has_concepts: bool
    linked: Mapping[int, frozenset[int]]  # languages that a language has translations into

    @classmethod
    def of(cls, store: Store) -> Catalogue:
        """Read it."""
        numbers: dict[str, int] = dict(store.rows("SELECT code, id FROM language"))
        rows = store.rows("SELECT id, name, licence, kind, url, quality, version FROM source ORDER BY id")
        linked: dict[int, set[int]] = {}
        for here, there in store.rows("SELECT DISTINCT src_language, dst_language FROM coverage"):
            linked.setdefault(here, set()).add(there)
        return cls(
            numbers,
            {number: code for code, number in numbers.items()},
            {number: Origin(*terms) for number, *terms in rows},
            Voices.of(store),
            frozenset(row[0] for row in store.rows("SELECT id FROM source WHERE has_evidence")),
            bool(store.rows("SELECT 1 FROM concept_member LIMIT 1")),
            {language: frozenset(languages) for language, languages in linked.items()},
        )

    def terms(self, licences: Collection[str] | None, kinds: Collection[str] | None = None) -> Terms:
        """The sources that a query may use."""
        return limited(self.sources, self.has_concepts, self.voices, licences, kinds)

    def question(self, start: int, end: int, via: Sequence[int] | None, pivots: bool, k: int) -> Question:
        """How to translate: directly and through all pivot languages, or only through those of ``via``."""
        relation = SYNONYM if start == end else TRANSLATION
        linked = self.linked.get(start, frozenset()) & self.linked.get(end, frozenset())
        if via is not None:
            return Question(start, end, False, tuple(number for number in via if number in linked), relation, k)
        through = sorted(linked - {start, end}) if pivots else []
        return Question(start, end, True, tuple(through), relation, k)
