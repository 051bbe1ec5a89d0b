"""Files made to do harm end in one error that names them, at once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from isogloss.data.errors import FormatError, damage_told
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.triples import read_ntriples
from isogloss.kg.graph import open_graph

SOURCE = {"source": 1, "name": "S", "licence": "CC0-1.0", "kind": "user", "url": "", "quality": 1}
RUN = {"run": 1, "method": "m", "settings": {}, "seed": 1, "version": "v", "started": "2026"}
EDGE = {"edge": ["en", "dog", "translation", "fr", "chien"], "weight": 1, "by": 1, "run": 1}


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (EDGE, {"evidence": [1]}),
        (EDGE, {"evidence": "text"}),
        (EDGE, {"place": "first"}),
        (EDGE, {"place": 2**63}),
        (RUN, {"seed": "abc"}),
        (RUN, {"seed": 2**64}),
        (RUN, {"method": None}),
        (RUN, {"started": 2026}),
        (SOURCE, {"name": ["S"]}),
        (SOURCE, {"source": "one"}),
    ],
)
def test_a_line_whose_values_are_of_another_kind_is_refused_by_its_number(
    line: dict[str, object], change: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    lines = [{"isogloss": "graph", "version": 1}, SOURCE, RUN, EDGE]
    number = next(place for place, known in enumerate(lines) if known is line)
    lines[number] = {**line, **change}
    path.write_text("".join(json.dumps(value) + "\n" for value in lines), "utf-8")
    with (
        open_graph(tmp_path / "g.db", write=True) as graph,
        pytest.raises(FormatError, match=rf"a\.jsonl:{number + 1}: "),
    ):
        import_file(graph, path)


@pytest.mark.parametrize(
    "written",
    [
        "<http://a/" + "\\u0041" * 3_000 + "b",
        '"' + '\\"a' * 3_000,
        '"' + "a\\" * 3_000 + '"@en-',
        "<" + "\\U0001F600" * 3_000,
    ],
)
def test_no_object_of_a_triple_takes_longer_to_refuse_than_it_is_long(written: str, tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text(f"<http://s> <http://p> {written} !\n", "utf-8")
    begun = time.process_time()
    with pytest.raises(FormatError, match=r"a\.nt:1"):
        read_ntriples(path, {"http://p": 0}, lambda *_: None)
    assert time.process_time() - begun < 2


def test_escapes_in_iris_and_literals_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text(
        '<http://s> <http://p> <http://a/\\u00e9\\U0001F600x> .\n<http://s> <http://p> "a\\"\\u00e9b"@en . # c\n',
        "utf-8",
    )
    subjects: list[str] = []
    read_ntriples(path, {"http://p": 0}, lambda _, facts: subjects.extend(value.text for value in facts[0]))
    assert subjects == ["http://a/é😀x", 'a"éb']


@pytest.mark.parametrize(
    "error", [KeyError("x"), IndexError("x"), OverflowError("x"), RecursionError("x"), TypeError("x")]
)
def test_what_a_reader_trips_over_is_told_as_damage_of_the_file(error: Exception) -> None:
    with (
        pytest.raises(FormatError, match=rf"^a\.vec: damaged content \({type(error).__name__}: "),
        damage_told("a.vec"),
    ):
        raise error


@pytest.mark.parametrize("error", [MemoryError(), OSError("x"), FormatError("x"), ModuleNotFoundError("torch")])
def test_what_is_no_damage_passes(error: Exception) -> None:
    with pytest.raises(type(error)), damage_told("a.vec"):
        raise error
