"""Whatever a format has room for comes back: all formats, held to the table of ``kg.exchange.fields``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from isogloss.data.dictionary import Dictionary, Pair
from isogloss.data.reading import read_dictionary
from isogloss.kg.exchange.exporting import FORMATS, export_graph
from isogloss.kg.exchange.fields import CARRIED, Field
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import Graph, open_graph
from tests.kg.exchange.graph_contents import ORIGINS, Content, contents, made
from tests.kg.exchange.graph_rows import KNOWN, Row, edges

TWO = ("muse", "stardict")  # formats of two languages
READ = {
    "tmx": None,
    "tbx": None,
    "jsonl": None,
    "ntriples": None,
    "turtle": None,
    "tsv": None,
    "wn-lmf": None,
    "muse": "muse",
    "stardict": None,
}


@contextmanager
def brought_back(graph: Graph, folder: Path, form: str) -> Iterator[Graph]:
    """The graph after a journey through a file; of a format of two languages, of their words."""
    selection = Selection("en", "fr") if form in TWO else Selection()
    export_graph(graph, folder / "out", form, selection)
    source, target = ("en", "fr") if form in TWO else (None, None)
    with open_graph(folder / "copy.db", write=True) as copy:
        import_file(copy, folder / "out", format=READ[form], source=source, target=target)
    with open_graph(folder / "copy.db") as copy:
        yield copy


def test_every_format_and_every_field_is_in_the_table() -> None:
    assert set(CARRIED) == set(FORMATS)
    assert set(KNOWN) == set(Field)


def test_the_document_has_the_table() -> None:
    forms = sorted(CARRIED)
    lines = [f"| | {' | '.join(f'`{form}`' for form in forms)} |", "|---" * (len(forms) + 1) + "|"]
    lines += [f"| {field} | {' | '.join('✓' if field in CARRIED[form] else '' for form in forms)} |" for field in Field]
    assert "\n".join(lines) in (Path(__file__).parents[3] / "docs" / "exchange.md").read_text("utf-8")


def test_an_export_says_what_has_no_room_in_it(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary("en", "fr", (Pair("dog", "chien", 0.5, {"sense": "animal"}),)))
        graph.add_parts_of_speech("en", {"dog": "NOUN"})
        written = export_graph(graph, tmp_path / "out.txt", "muse", Selection("en", "fr"))
        assert written.without_room == ("weight", "part of speech", "sense", "other evidence")
        assert export_graph(graph, tmp_path / "out.jsonl", "jsonl").without_room == ()


@pytest.mark.parametrize("form", ["jsonl", "ntriples", "turtle", "tsv"])
@settings(max_examples=30, deadline=None)
@given(content=contents())
def test_what_a_format_of_edges_has_room_for_comes_back(form: str, content: Content) -> None:
    with made(content) as (graph, folder):
        assume(KNOWN[Field.SOURCE](graph) or KNOWN[Field.CONCEPT](graph))  # else every pair is of a word with itself
        with brought_back(graph, folder, form) as copy:
            for field in Field:
                if field in CARRIED[form]:
                    assert KNOWN[field](copy) == KNOWN[field](graph), field


@settings(max_examples=10, deadline=None)
@given(content=contents())
def test_a_translation_memory_brings_back_all_that_it_has_room_for(content: Content) -> None:
    content.edges = [edge for edge in content.edges if edge[1] is None]  # it has no room for other relations
    with made(content) as (graph, folder):
        assume(KNOWN[Field.SOURCE](graph) or KNOWN[Field.CONCEPT](graph))
        with brought_back(graph, folder, "tmx") as copy:
            for field in CARRIED["tmx"]:
                assert KNOWN[field](copy) == KNOWN[field](graph), field
    for both in ("en", "fr"), ("fr", "en"):
        with made(content) as (graph, folder):
            export_graph(graph, folder / "out", "tmx")
            expected = {row for row in KNOWN[Field.LICENCE](graph) if {row[0], row[3]} == {"en", "fr"}}
            with open_graph(folder / "copy.db", write=True) as copy:
                if expected:
                    import_file(copy, folder / "out", source=both[0], target=both[1])
                    assert KNOWN[Field.LICENCE](copy) == expected


@settings(max_examples=8, deadline=None)
@given(content=contents())
def test_a_termbase_brings_back_words_with_their_parts_of_speech(content: Content) -> None:
    content.concepts = []
    content.edges = [edge for edge in content.edges if edge[1] is None]
    with made(content) as (graph, folder):
        assume(KNOWN[Field.SOURCE](graph))
        with brought_back(graph, folder, "tbx") as copy:
            assert edges(copy, "1") >= edges(graph, "1")
            assert KNOWN[Field.PART_OF_SPEECH](copy) == KNOWN[Field.PART_OF_SPEECH](graph)


@settings(max_examples=40, deadline=None)
@given(content=contents())
def test_concepts_come_back_from_a_wordnet_with_all_that_is_known_of_them(content: Content) -> None:
    with made(content) as (graph, folder):
        if not KNOWN[Field.CONCEPT](graph):
            return
        with brought_back(graph, folder, "wn-lmf") as copy:
            for field in (Field.CONCEPT, Field.BELONGING):
                assert KNOWN[field](copy) == KNOWN[field](graph)
            own, back = (described(opened) for opened in (graph, copy))
            assert {key: definition for key, (_, definition) in back.items()} == {
                key: definition for key, (_, definition) in own.items()
            }
            assert all(back[key][0] == pos for key, (pos, _) in own.items() if pos)
            members = {row[2:4] for row in KNOWN[Field.CONCEPT](graph)}
            before, after = (
                {row[:2]: set(row[2].split()) for row in KNOWN[Field.PART_OF_SPEECH](opened)}
                for opened in (graph, copy)
            )
            kinds: dict[Row, set[str]] = {}
            for _, key, language, word, _ in KNOWN[Field.CONCEPT](graph):
                kinds.setdefault((language, word), set()).add(back[key][0])
            for word in members:  # what a word is in a concept, it is
                assert before[word] <= after[word] <= before[word] | kinds[word]


def described(graph: Graph) -> dict[str, tuple[str, str]]:
    """The part of speech and the definition of each concept."""
    return {
        key: (pos, definition) for key, pos, definition in graph.store.rows("SELECT key, pos, definition FROM concept")
    }


def test_a_word_keeps_all_its_parts_of_speech_through_linked_data(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("bank", "banque")]))
        graph.add_concepts({"i1": {"en": ["shore"]}}, ORIGINS[0])
        graph.add_parts_of_speech("en", {"bank": "NOUN VERB", "shore": "X"})
        export_graph(graph, tmp_path / "out.ttl", "turtle")
    assert "lexinfo:partOfSpeech lexinfo:noun ; lexinfo:partOfSpeech lexinfo:verb" in (tmp_path / "out.ttl").read_text()
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        import_file(copy, tmp_path / "out.ttl")
        assert [copy.lookup(word, "en")[0].pos for word in ("bank", "shore")] == ["NOUN VERB", "X"]


@pytest.mark.parametrize("form", ["muse", "stardict"])
def test_translations_of_equal_weight_stay_in_the_order_of_their_article(form: str, tmp_path: Path) -> None:
    words = ["zero", "alpha", "mid", "beta"]
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("de", "en", [("Wort", word) for word in words]))
        graph.add(Dictionary("de", "en", (Pair("Wort", "low", 0.5), Pair("Ort", "place")), ORIGINS[0]))
        export_graph(graph, tmp_path / "out", form, Selection("de", "en"))
    assert read_dictionary(tmp_path / "out", "de", "en")["Wort"] == (*words, "low")
