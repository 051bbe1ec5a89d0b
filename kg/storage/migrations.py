"""Brings a graph of an older version up to the present one, step by numbered step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from isogloss.data.errors import GraphError
from isogloss.kg.storage.articles import count_articles
from isogloss.kg.storage.cooccurrence import count_cooccurrences
from isogloss.kg.storage.edge_counts import count_edges
from isogloss.kg.storage.hub_cache import find_hubs
from isogloss.kg.storage.priors import renew_priors
from isogloss.kg.storage.schema import TRANSLATION, VERSION
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.tables import definitions
from isogloss.kg.storage.variants import note_variants
from isogloss.kg.storage.word_ids import stored_keys


def migrate(store: Store, version: int) -> None:
    """Take the tables from ``version`` to the present one.

    Raises:
        GraphError: No step leads on from ``version``.
    """
    for number in range(version, VERSION):
        if number not in STEPS:
            raise GraphError(f"{store.path}: found schema version {number}, which no version of isogloss has written")
        STEPS[number](store)
        store.set_version(number + 1)


def _count_and_cache(store: Store) -> None:
    """1 to 2: edges are counted by language and source; a cache of hubs, which a later step fills."""
    for table in ("coverage", "hub"):
        store.run(definitions(store.dialect)[table].table)
    count_edges(store)


def _describe_concepts(store: Store) -> None:
    """2 to 3: concepts have a part of speech and a definition."""
    for name in ("pos", "definition"):
        store.run(f"ALTER TABLE concept ADD COLUMN {name} TEXT DEFAULT '' NOT NULL")


def _weigh_edges(store: Store) -> None:
    """3 to 4: edges have a rank and a prior, words a count of articles."""
    store.run("ALTER TABLE entry ADD COLUMN articles INTEGER DEFAULT 0 NOT NULL")
    for name in ("rank", "prior"):
        store.run(f"ALTER TABLE edge ADD COLUMN {name} INTEGER DEFAULT 0 NOT NULL")
    languages = [row[0] for row in store.rows("SELECT id FROM language")]
    for language in languages:
        count_articles(store, language)
    # The step to 6 computes the priors and fills the cache.


def _find_variants(store: Store) -> None:
    """4 to 5: search keys leave out more than case and accents, and the spellings of one word are noted."""
    store.run(definitions(store.dialect)["variant"].table)
    _renew_keys(store)
    for (language,) in store.rows("SELECT id FROM language ORDER BY id"):
        rows = store.rows("SELECT id, lemma FROM entry WHERE language = ? ORDER BY id", (language,))
        for start in _runs([row[0] for row in rows]):
            note_variants(store, language, rows[start.start][0], [row[1] for row in rows[start.start : start.stop]])


def _renew_keys(store: Store) -> None:
    """Store the search keys as the rules make them now: 4 to 5, and 6 to 7, when tones went out of them."""
    for language, code in store.rows("SELECT id, code FROM language ORDER BY id"):
        rows = store.rows("SELECT id, lemma, norm FROM entry WHERE language = ? ORDER BY id", (language,))
        keys = stored_keys([row[1] for row in rows], code)
        changed = [(row[0], key) for row, key in zip(rows, keys, strict=True) if row[2] != key]
        if changed:
            store.run("CREATE TEMP TABLE incoming (entry BIGINT PRIMARY KEY, norm TEXT)")
            store.insert("incoming", ("entry", "norm"), list(zip(*changed, strict=True)))
            store.run("UPDATE entry SET norm = incoming.norm FROM incoming WHERE entry.id = incoming.entry")
            store.run("DROP TABLE incoming")
    if not store.postgres:
        store.run("INSERT INTO entry_search(entry_search) VALUES('rebuild')")


def _count_cooccurrences(store: Store) -> None:
    """5 to 6: in how many other translations two words stand together, which priors depend on."""
    store.run(definitions(store.dialect)["cooccurrence"].table)
    linked = (
        "SELECT DISTINCT src_language, dst_language FROM coverage WHERE relation = ? AND src_language < dst_language"
    )
    for source, target in store.rows(linked, (TRANSLATION,)):
        count_cooccurrences(store, source, target)
    renew_priors(store, [row[0] for row in store.rows("SELECT id FROM language")])
    find_hubs(store)


def _runs(numbers: Sequence[int]) -> list[range]:
    """The places in ``numbers`` of those that follow on each other without a gap."""
    starts = [place for place, number in enumerate(numbers) if not place or number != numbers[place - 1] + 1]
    return [range(*ends) for ends in pairwise([*starts, len(numbers)])]


# The step that leads on from each version. A step stays as it was written, also when the schema moves on.
STEPS: dict[int, Callable[[Store], None]] = {
    1: _count_and_cache,
    2: _describe_concepts,
    3: _weigh_edges,
    4: _find_variants,
    5: _count_cooccurrences,
    6: _renew_keys,
}
