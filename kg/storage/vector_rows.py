"""Joins the words of a graph to the rows of a file of vectors, which are also their frequency ranks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from isogloss.data.vectors import Vectors
from isogloss.kg.storage.spelling import lemma
from isogloss.kg.storage.store import Store


def link(store: Store, vectors: Vectors, language: int) -> int:
    """Note the row of every word of a language, given by its number, that has a vector; how many words that are."""
    row_of: dict[str, int] = {}
    for words in (vectors.words, vectors.written):  # an entry may be spelled either way
        for row, word in enumerate(words):
            row_of.setdefault(lemma(word), row)
    query = "SELECT id, lemma FROM entry WHERE language = ? AND lemma IN ({keys})"
    rows = {number: row_of[written] for number, written in store.in_chunks(query, row_of, (language,))}
    if not rows:
        return 0
    entries = np.array(sorted(rows))
    places = [rows[entry] for entry in entries.tolist()]
    store.run("CREATE TEMP TABLE incoming (entry BIGINT PRIMARY KEY, place BIGINT)")
    store.insert("incoming", ("entry", "place"), (entries, places))
    store.run(
        "UPDATE entry SET freq_rank = (SELECT place FROM incoming WHERE incoming.entry = entry.id) "
        "WHERE id IN (SELECT entry FROM incoming)"
    )
    if vectors.file is not None:
        file = _file(store, {"path": vectors.file.path, "kind": vectors.file.kind, "sha256": vectors.file.sha256})
        store.run(
            f"INSERT INTO vector_ref (entry, file, row) SELECT entry, {file}, place FROM incoming WHERE true "
            "ON CONFLICT (entry, file) DO UPDATE SET row = excluded.row"
        )
    store.run("DROP TABLE incoming")
    return len(rows)


def _file(store: Store, description: Mapping[str, str]) -> int:
    number = store.value("SELECT id FROM vector_file WHERE sha256 = ?", (description["sha256"],))
    if number is None:
        number = 1 + (store.value("SELECT max(id) FROM vector_file") or 0)
        store.insert("vector_file", ("id", *description), ([number], *([value] for value in description.values())))
    return int(number)
