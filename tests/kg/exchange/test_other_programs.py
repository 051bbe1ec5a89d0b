"""Files for programs that isogloss does not read back as a whole: translation memories and drawings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings

from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.fields import CARRIED, Field
from isogloss.kg.storage.schema import INVERSE, RELATION_CODE
from tests.kg.exchange.graph_contents import Content, contents, made
from tests.kg.exchange.graph_rows import KNOWN, Row

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
End = tuple[str, str]


@dataclass(frozen=True)
class Unit:
    """A line of a format that is not read back as a whole: two words, and what stands there."""

    ends: tuple[End, End]
    pos: tuple[str, str]
    said: dict[str, str]

    def rows(self, *names: str) -> Iterator[Row]:
        """The edge from either end, with some of what is said of it."""
        (source, target), relation = self.ends, self.said["relation"]
        number = next(number for number, code in RELATION_CODE.items() if code == relation)
        values = tuple(self.said.get(name, "") for name in names)
        yield (*source, relation, *target, *values)
        yield (*target, RELATION_CODE[INVERSE[number]], *source, *values)

    def placed(self) -> Iterator[Row]:
        """The edge from either end, with its place in the article: the other way round from the target."""
        for row, sign in zip(self.rows("origin", "place"), (1, -1), strict=True):
            yield (*row[:6], sign * int(row[6] or 0))


def units_of_tmx(path: Path) -> Iterator[Unit]:
    for unit in ElementTree.parse(path).iter("tu"):
        properties = {str(prop.get("type"))[2:]: prop.text or "" for prop in unit.findall("prop")}
        sides = unit.findall("tuv")
        ends = [(str(side.get(LANG)), side.findtext("seg") or "") for side in sides]
        pos = [side.findtext("prop[@type='x-pos']") or "" for side in sides]
        relation = "same_concept" if "concept" in properties else "translation"
        facts = {
            **properties,
            "origin": properties["source"],
            "sense": unit.findtext("note") or "",
            "relation": relation,
        }
        yield Unit((ends[0], ends[1]), (pos[0], pos[1]), facts)


def units_of_drawing(path: Path, form: str) -> Iterator[Unit]:
    drawn = networkx.read_gexf(path) if form == "gexf" else networkx.read_graphml(path, force_multigraph=True)
    word = "label" if form == "gexf" else "word"
    for source, target, attributes in drawn.edges(data=True):
        ends = [(drawn.nodes[end]["language"], drawn.nodes[end][word]) for end in (source, target)]
        pos = [drawn.nodes[end].get("pos", "") for end in (source, target)]
        yield Unit((ends[0], ends[1]), (pos[0], pos[1]), attributes)


@pytest.mark.parametrize("form", ["tmx", "graphml", "gexf"])
@settings(max_examples=25, deadline=None)
@given(content=contents())
def test_files_for_other_programs_hold_what_they_have_room_for(form: str, content: Content) -> None:
    with made(content) as (graph, folder):
        export_graph(graph, folder / "out", form)
        units = list(units_of_tmx(folder / "out") if form == "tmx" else units_of_drawing(folder / "out", form))
        own = [unit for unit in units if unit.said["relation"] != "same_concept"]
        room = CARRIED[form]

        def carried(field: Field) -> set[Row]:
            rows = KNOWN[field](graph)
            return rows if Field.RELATIONS in room else {row for row in rows if row[2] == "translation"}

        def held(*names: str) -> set[Row]:
            return {row for unit in own for row in unit.rows(*names)}

        assert {row[:-1] for row in held("origin", "licence")} == carried(Field.SOURCE)
        assert {(*row[:5], row[6]) for row in held("origin", "licence")} == carried(Field.LICENCE)
        assert {(*row[:6], float(row[6])) for row in held("origin", "weight")} == carried(Field.WEIGHT)
        assert {row for row in held("origin", "sense") if row[6]} >= carried(Field.SENSE)
        if Field.PLACE in room:
            assert {row for unit in own for row in unit.placed()} == carried(Field.PLACE)
        tags = {(*end, pos) for unit in units for end, pos in zip(unit.ends, unit.pos, strict=True)}
        assert tags <= KNOWN[Field.PART_OF_SPEECH](graph)
        if Field.TERMS in room:
            terms = {(*row[:6], float(row[6]), *row[7:]) for row in held("kind", "quality", "version", "url")}
            assert terms == carried(Field.TERMS)
        if Field.EVIDENCE in room:
            rest = {(*row[:6], json.dumps(json.loads(row[6]))) for row in held("origin", "evidence") if row[6]}
            assert rest >= carried(Field.EVIDENCE)
        if Field.CONCEPT in room:
            members = {(unit.said["concept"], end) for unit in units if "concept" in unit.said for end in unit.ends}
            assert members == {(row[1], row[2:4]) for row in KNOWN[Field.CONCEPT](graph)}
