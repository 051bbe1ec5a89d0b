"""What a graph says of each field of ``kg.exchange.fields``, as rows that can be compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from isogloss.kg.exchange.fields import Field
from isogloss.kg.graph import Graph

Row = tuple[Any, ...]
_EDGE = (
    "SELECT a.code, s.lemma, r.code, b.code, t.lemma, {columns} FROM edge e JOIN entry s ON s.id = e.src "
    "JOIN entry t ON t.id = e.dst JOIN language a ON a.id = s.language JOIN language b ON b.id = t.language "
    "JOIN relation r ON r.id = e.relation JOIN source o ON o.id = e.source {join}"
)
_EVIDENCE = (
    "JOIN evidence v ON v.src = e.src AND v.relation = e.relation AND v.dst = e.dst AND v.source = e.source "
    "LEFT JOIN run n ON n.id = v.run"
)
_MEMBER = (
    "SELECT o.name, c.key, l.code, e.lemma, {columns} FROM concept c JOIN concept_member m ON m.concept = c.id "
    "JOIN entry e ON e.id = m.entry JOIN language l ON l.id = e.language JOIN source o ON o.id = c.source"
)


def edges(graph: Graph, columns: str, join: str = "") -> set[Row]:
    return set(graph.store.rows(_EDGE.format(columns=columns, join=join)))


def evidence(graph: Graph) -> Iterator[tuple[Row, str, dict[str, Any]]]:
    """Every edge that has some, with its sense and the rest."""
    for *edge, facts in edges(graph, "o.name, v.facts", _EVIDENCE):
        parsed = json.loads(facts or "{}")
        yield tuple(edge), parsed.pop("sense", ""), parsed


def words_of(graph: Graph, columns: str, *, only: set[Row] | None = None) -> set[Row]:
    rows = graph.store.rows(f"SELECT l.code, e.lemma, {columns} FROM entry e JOIN language l ON l.id = e.language")
    return {row for row in rows if only is None or row[:2] in only}


KNOWN: dict[Field, Callable[[Graph], set[Row]]] = {
    Field.LANGUAGES: lambda graph: {(code,) for code in graph.languages()},
    Field.RELATIONS: lambda graph: {row for row in edges(graph, "1") if row[2] != "translation"},
    Field.WEIGHT: lambda graph: edges(graph, "o.name, e.weight"),
    Field.PLACE: lambda graph: edges(graph, "o.name, e.rank"),
    Field.SOURCE: lambda graph: edges(graph, "o.name"),
    Field.LICENCE: lambda graph: edges(graph, "o.licence"),
    Field.TERMS: lambda graph: edges(graph, "o.kind, o.quality, o.version, o.url"),
    Field.PART_OF_SPEECH: lambda graph: words_of(graph, "e.pos"),
    Field.SENSE: lambda graph: {(*edge, sense) for edge, sense, _ in evidence(graph) if sense},
    Field.EVIDENCE: lambda graph: {(*edge, json.dumps(rest)) for edge, _, rest in evidence(graph) if rest},
    Field.RUN: lambda graph: {
        row
        for row in edges(graph, "o.name, n.method, n.settings, n.seed, n.version, n.started", _EVIDENCE)
        if row[6] is not None
    },
    Field.CONCEPT: lambda graph: set(graph.store.rows(_MEMBER.format(columns="o.licence"))),
    Field.DEFINITION: lambda graph: set(graph.store.rows(_MEMBER.format(columns="c.pos, c.definition"))),
    Field.BELONGING: lambda graph: set(graph.store.rows(_MEMBER.format(columns="m.weight"))),
    Field.RANK: lambda graph: words_of(graph, "e.freq_rank"),
}
