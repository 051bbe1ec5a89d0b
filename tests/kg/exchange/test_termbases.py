"""Termbases (TBX): an entry for each concept, and every translation in one."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.fields import Field
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.ontolex_terms import TAGS as TAGS_OF_LEXINFO
from isogloss.kg.graph import open_graph
from isogloss.kg.storage.loading import AboutConcept
from tests.kg.exchange.graph_contents import ORIGINS, Content, contents, made
from tests.kg.exchange.graph_rows import KNOWN, Row, edges

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TERMBASE = {"tbx": ("termEntry", "langSet", "tig"), "tbx3": ("conceptEntry", "langSec", "termSec")}


@pytest.mark.parametrize("form", ["tbx", "tbx3"])
@settings(max_examples=25, deadline=None)
@given(content=contents())
def test_a_termbase_has_each_concept_once_and_every_translation(form: str, content: Content) -> None:
    with made(content) as (graph, folder):
        export_graph(graph, folder / "out", form)
        entry, language, term = TERMBASE[form]
        sources: dict[frozenset[Row], set[str]] = {}
        entries = ElementTree.parse(folder / "out").findall(f".//{{*}}{entry}")
        words = []
        for found in entries:
            terms = [
                (
                    str(part.get(LANG)),
                    element.findtext("{*}term") or "",
                    {note.text for note in element.findall("{*}termNote")},
                )
                for part in found.findall(f"{{*}}{language}")
                for element in part.findall(f"{{*}}{term}")
            ]
            words.append([element[:2] for element in terms])
            for a in words[-1]:
                for b in words[-1]:
                    notes = {admin.text or "" for admin in found.findall("{*}admin")}
                    sources.setdefault(frozenset((a, b)), set()).update(notes)
            for code, word, kinds in terms:
                tags = next(row[2] for row in KNOWN[Field.PART_OF_SPEECH](graph) if row[:2] == (code, word)).split()
                assert kinds <= {TAGS_OF_LEXINFO.get(tag, tag.lower()) for tag in tags}
                assert kinds or not tags
        for src, source, relation, dst, target, name in KNOWN[Field.SOURCE](graph):
            if relation in ("translation", "synonym"):
                assert name in sources[frozenset(((src, source), (dst, target)))]
        keyed = {found.findtext("{*}note"): (set(some), found) for found, some in zip(entries, words, strict=True)}
        for _, key, about, members in content.concepts:
            inside, found = keyed[key]
            assert inside == {member[:2] for member in members}
            assert (found.findtext("{*}descrip") or "") == about.definition
        assert len(set(map(frozenset, words))) + len(content.concepts) >= len(words) - len(content.edges) * 4


@pytest.mark.parametrize("form", ["tbx", "tbx3"])
def test_a_termbase_brings_back_sources_licences_and_concepts(form: str, tmp_path: Path) -> None:
    free, bound = Origin("words: free", "CC0-1.0", url="https://example.org/a"), Origin("bound", "CC-BY-SA-4.0")
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien"), ("cat", "chat")], free))
        graph.add(Dictionary.of("en", "fr", [("cat", "chat")], bound))
        graph.add(Dictionary.of("en", "fr", [("ox", "bœuf")], Origin("anybody")))
        graph.add_concepts({"i42": {"en": ["bank", "shore"], "fr": ["rive"]}}, bound)
        graph.describe_concepts({"i42": AboutConcept(definition="sloping land")}, bound)
        export_graph(graph, tmp_path / "out", form)
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        import_file(copy, tmp_path / "out")
        sources = {(row[1], *row[5:]) for row in edges(copy, "o.name, o.licence, o.url") if row[0] == "en"}
        assert sources == {
            ("dog", free.name, free.licence, free.url),
            ("cat", "words: free; bound", "CC-BY-SA-4.0", ""),
            ("ox", "anybody", "", ""),
        }
        concepts = KNOWN[Field.DEFINITION](copy)
    assert {row[:4] for row in concepts} == {
        *(("bound", "i42", "en", "bank"), ("bound", "i42", "en", "shore"), ("bound", "i42", "fr", "rive"))
    }
    assert {row[-1] for row in concepts} == {"sloping land"}


def test_words_that_all_translate_each_other_are_one_entry_and_a_sense_is_another(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        for src, dst in (("en", "fr"), ("en", "de"), ("fr", "de")):
            words_of_two = {"en": "dog", "fr": "chien", "de": "Hund"}
            for origin in ORIGINS[:2]:  # what two sources say is said once
                graph.add(Dictionary.of(src, dst, [(words_of_two[src], words_of_two[dst])], origin))
        graph.add(Dictionary.of("en", "fr", [("dog", "toutou")]))
        for language, word in ("fr", "banque"), ("de", "Bank"), ("fi", "pankki"):
            graph.add(Dictionary("en", language, (Pair("bank", word, 1.0, {"sense": "money"}),)))
        graph.add(Dictionary("en", "fr", (Pair("bank", "rive", 1.0, {"sense": "of a river"}),)))
        export_graph(graph, tmp_path / "out.tbx", "tbx")
    entries = ElementTree.parse(tmp_path / "out.tbx").findall(".//termEntry")
    assert [sorted(term.text or "" for term in entry.iter("term")) for entry in entries] == [
        ["Bank", "bank", "banque", "pankki"],
        ["bank", "rive"],
        ["Hund", "chien", "dog"],
        ["dog", "toutou"],
    ]
    assert [entry.findtext("descrip") for entry in entries] == ["money", "of a river", None, None]
    assert [source.text for source in entries[2].findall("admin")] == [ORIGINS[0].name, ORIGINS[1].name]
