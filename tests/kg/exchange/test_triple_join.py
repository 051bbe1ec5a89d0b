from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.kg.exchange.triple_join import TABLES, scratch

NODES = st.integers(0, 4)
ENTRIES = st.tuples(
    NODES,
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "en", "fr"]),
    st.sampled_from([None, "NOUN"]),
    st.none() | NODES,
)
TRANSLATIONS = st.tuples(
    NODES, st.none() | NODES, st.sampled_from([None, "fi"]), st.sampled_from([None, "x", "y"]), st.none() | NODES
)
ROWS = st.fixed_dictionaries(
    {
        "entry": st.lists(ENTRIES, max_size=8),
        "text": st.lists(st.tuples(NODES, st.sampled_from(["one", "two"])), max_size=5),
        "translation": st.lists(TRANSLATIONS, max_size=8),
    }
)


def joined(rows: dict[str, list[Any]], max_rows: int) -> list[str]:
    with scratch(max_rows) as tables:
        for table, some in rows.items():
            for row in some:
                tables.held[table].append(row)
                tables.spill()
        assert all(len(held) < max_rows for held in tables.held.values())
        return sorted(map(repr, tables.translations()))


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_nodes_are_joined_in_memory_as_on_disk(rows: dict[str, list[Any]]) -> None:
    assert joined(rows, max_rows=1) == joined(rows, max_rows=100)


def test_what_a_lexicon_does_not_have_is_not_written_to_disk() -> None:
    with scratch() as tables:
        tables.held["entry"].append((1, "dog", "en", None, None))
        tables.held["translation"].append((2, 1, "fr", "chien", None))
        assert list(tables.translations()) == [("dog", "en", None, "chien", "fr", None)]
        assert [*tables.origins(), *tables.relations(), *tables.members()] == []
        counts = [tables.connection.execute(f"SELECT count(*) FROM {name}_row").fetchone() for name in TABLES]
        assert counts == [(0,)] * len(TABLES)
