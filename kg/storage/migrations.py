"""Brings a graph file of an older version up to the present one, step by numbered step."""

from __future__ import annotations

from collections.abc import Callable

from isogloss.data.errors import GraphError
from isogloss.kg.storage.articles import count_articles
from isogloss.kg.storage.edge_counts import count_edges
from isogloss.kg.storage.hub_cache import find_hubs
from isogloss.kg.storage.priors import renew_priors
from isogloss.kg.storage.schema import VERSION
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.tables import definitions


def migrate(store: Store, version: int) -> None:
    """Take the tables from ``version`` to the present one.

    Raises:
        GraphError: No step leads on from ``version``.
    """
    for number in range(version, VERSION):
        if number not in STEPS:
            raise GraphError(f"{store.path}: found schema version {number}, which no version of isogloss has written")
        STEPS[number](store)
        store.run(f"PRAGMA user_version={number + 1}")


def _count_and_cache(store: Store) -> None:
    """1 to 2: edges are counted by language and source; a cache of hubs, which the step to 4 fills."""
    for table in ("coverage", "hub"):
        store.run(definitions("sqlite")[table].table)
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
    renew_priors(store, languages)
    find_hubs(store)


# The step that leads on from each version. A step stays as it was written, also when the schema moves on.
STEPS: dict[int, Callable[[Store], None]] = {1: _count_and_cache, 2: _describe_concepts, 3: _weigh_edges}
