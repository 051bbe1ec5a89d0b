"""The small tables that every query needs, read once when a graph is opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from isogloss.data.dictionary import Origin
from isogloss.data.language import macrolanguage, matching_codes
from isogloss.kg.query.neighborhoods import Terms, limited
from isogloss.kg.query.translation import Question
from isogloss.kg.storage.fusion import SourceRecords
from isogloss.kg.storage.schema import FORM_OF, SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Store


@dataclass(frozen=True)
class Catalogue:
    """The languages and sources of a graph, and which languages are linked; all by number."""

    numbers: Mapping[str, int]  # of each language code
    codes: Mapping[int, str]  # of each language number
    sources: dict[int, Origin]
    records: SourceRecords
    explained: frozenset[int]  # sources that have evidence
    has_concepts: bool
    has_forms: bool  # edges from inflected forms to base forms
    linked: Mapping[int, frozenset[int]]  # languages that a language has translations into, and what means the same
    matched: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)  # asked for before

    @classmethod
    def of(cls, store: Store) -> Catalogue:
        """Read it."""
        numbers: dict[str, int] = dict(store.rows("SELECT code, id FROM language"))
        rows = store.rows("SELECT id, name, licence, kind, url, quality, version FROM source ORDER BY id")
        linked: dict[int, set[int]] = {}
        for src, dst in store.rows("SELECT DISTINCT src_language, dst_language FROM coverage"):
            linked.setdefault(src, set()).add(dst)
        return cls(
            numbers,
            {number: code for code, number in numbers.items()},
            {number: Origin(*terms) for number, *terms in rows},
            SourceRecords.of(store),
            frozenset(row[0] for row in store.rows("SELECT id FROM source WHERE has_evidence")),
            bool(store.rows("SELECT 1 FROM concept_member LIMIT 1")),
            bool(store.rows("SELECT 1 FROM coverage WHERE relation = ? LIMIT 1", (FORM_OF,))),
            {language: _with_their_like(languages, numbers) for language, languages in linked.items()},
        )

    def matching_numbers(self, code: str) -> tuple[int, ...]:
        """The languages that ``code`` asks for, by number, the most alike first."""
        if code not in self.matched:
            self.matched[code] = tuple(self.numbers[number] for number in matching_codes(code, self.numbers))
        return self.matched[code]

    def terms(self, licences: Collection[str] | None, kinds: Collection[str] | None = None) -> Terms:
        """The sources that a query may use."""
        return limited(self.sources, self.has_concepts, self.records, licences, kinds)

    def question(
        self, sources: Sequence[int], targets: Sequence[int], via: Sequence[int] | None, pivots: bool, k: int
    ) -> Question:
        """How to translate: directly and through all pivot languages, or only through those of ``via``."""
        relation = SYNONYM if set(sources) & set(targets) else TRANSLATION
        if via is None and not pivots:
            return Question(targets, True, (), relation, k)
        none = frozenset[int]()
        from_source = none.union(*(self.linked.get(number, none) for number in sources))
        from_target = none.union(*(self.linked.get(number, none) for number in targets))
        linked = from_source & from_target
        if via is not None:
            return Question(targets, False, tuple(number for number in via if number in linked), relation, k)
        return Question(targets, True, tuple(sorted(linked.difference(sources, targets))), relation, k)


def _with_their_like(languages: Collection[int], numbers: Mapping[str, int]) -> frozenset[int]:
    """Languages with all others of the same macrolanguage."""
    macrolanguages = {macrolanguage(code) for code, number in numbers.items() if number in languages}
    return frozenset(number for code, number in numbers.items() if macrolanguage(code) in macrolanguages)
