"""Every export is read by the program that it is made for."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pandas
import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import AboutConcept

OPEN = Origin("open words", "CC-BY-4.0", url="https://example.org/open", version="2.1")
OTHER = Origin("other words", "CC0-1.0")


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    """Two concepts of *bank*, a verb and a noun; translations by two sources, one with a sense."""
    with open_graph(tmp_path / "graph.db", write=True) as words:
        words.add_members("en", ["i1", "i1", "i2"], ["bank", "rely", "bank"], OPEN, [1.0, 0.5, 1.0])
        words.add_members("fr", ["i1", "i2"], ["compter", "banque"], OPEN)
        words.describe_concepts({"i1": AboutConcept("VERB", "have faith <in>"), "i2": AboutConcept("NOUN")}, OPEN)
        words.add(
            Dictionary("en", "fr", (Pair("bank", "banque", 0.75, {"sense": "money"}), Pair("bank", "rive")), OPEN)
        )
        words.add(Dictionary.of("en", "fr", [("bank", "banque")], OTHER))
        words.add(Dictionary.of("en", "de", [("bank", "Bank"), ("New York", "New York")], OTHER))
        words.add(Dictionary.of("fr", "de", [("banque", "Bank")], OTHER))
        words.add_parts_of_speech("en", {"bank": "NOUN VERB", "rely": "VERB", "New York": "PROPN"})
    with open_graph(tmp_path / "graph.db") as words:
        yield words


@pytest.fixture
def wn(tmp_path: Path) -> Iterator[Any]:
    """The library ``wn`` with a database of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wn
        from wn._config import config

        before = config.data_directory
        config.data_directory = tmp_path / "wn"
        yield wn
        config.data_directory = before


def test_wn_finds_words_by_part_of_speech_with_their_definitions(graph: Graph, tmp_path: Path, wn: Any) -> None:
    export_graph(graph, tmp_path / "out.xml", "wn-lmf")
    wn.add(tmp_path / "out.xml", progress_handler=None)
    (verb,), (noun,) = (wn.synsets("bank", pos=pos, lang="en") for pos in "vn")
    assert (verb.pos, verb.definition(), sorted(verb.lemmas())) == ("v", "have faith <in>", ["bank", "rely"])
    assert (noun.pos, noun.lemmas()) == ("n", ["bank"])
    assert [word.pos for word in wn.words("bank", lang="en")] == ["n", "v"]
    assert [synset.lemmas() for synset in verb.translate(lang="fr")] == [["compter"]]
    assert {lexicon.license for lexicon in wn.lexicons()} == {"CC-BY-4.0"}


def test_rdflib_finds_translations_with_their_sense_and_weight(graph: Graph, tmp_path: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    for form, name in (("turtle", "turtle"), ("ntriples", "nt")):
        export_graph(graph, tmp_path / name, form)
        parsed = rdflib.Graph().parse(tmp_path / name, format=name)
        rows = parsed.query(
            """
            PREFIX vartrans: <http://www.w3.org/ns/lemon/vartrans#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
            PREFIX ontolex: <http://www.w3.org/ns/lemon/ontolex#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
            PREFIX lexinfo: <http://www.lexinfo.net/ontology/3.0/lexinfo#>
            SELECT ?word ?translation ?sense ?weight ?kind WHERE {
                ?edge a vartrans:Translation ; vartrans:source ?s ; vartrans:target ?t ; rdf:value ?weight ;
                    rdfs:comment ?sense .
                ?e ontolex:sense ?s ; ontolex:canonicalForm/ontolex:writtenRep ?word ; lexinfo:partOfSpeech ?kind .
                ?f ontolex:sense ?t ; ontolex:canonicalForm/ontolex:writtenRep ?translation .
            } ORDER BY ?kind"""
        )
        kinds = [f"http://www.lexinfo.net/ontology/3.0/lexinfo#{kind}" for kind in ("noun", "verb")]
        assert [tuple(map(str, row)) for row in rows] == [("bank", "banque", "money", "0.75", kind) for kind in kinds]


def test_translate_toolkit_reads_every_term_with_its_part_of_speech(graph: Graph, tmp_path: Path) -> None:
    tbx = pytest.importorskip("translate.storage.tbx")
    export_graph(graph, tmp_path / "out.tbx", "tbx")
    with (tmp_path / "out.tbx").open("rb") as stream:
        units = tbx.tbxfile.parsefile(stream).units
    read = [
        {
            (node.get("{http://www.w3.org/XML/1998/namespace}lang"), term.text)
            for node in unit.getlanguageNodes()
            for term in unit._get_terms(node)
        }
        for unit in units
    ]
    assert read == [
        {("en", "bank"), ("en", "rely"), ("fr", "compter")},
        {("en", "bank"), ("fr", "banque")},
        {("en", "bank"), ("fr", "banque")},  # as another source tells the sense
        {("en", "bank"), ("fr", "rive")},
        {("en", "bank"), ("fr", "banque"), ("de", "Bank")},
        {("en", "New York"), ("de", "New York")},
    ]
    (term,) = (term for term in units[0].get_source_terms() if term.text == "rely")
    assert ("verb", "partOfSpeech") in {(note.text, note.category) for note in term.notes}
    assert "have faith <in>" in units[0].getnotes(origin="definition")


def test_translate_toolkit_reads_every_translation(graph: Graph, tmp_path: Path) -> None:
    tmx = pytest.importorskip("translate.storage.tmx")
    export_graph(graph, tmp_path / "out.tmx", "tmx", Selection("en", "fr"))
    with (tmp_path / "out.tmx").open("rb") as stream:
        units = tmx.tmxfile(stream, sourcelanguage="en", targetlanguage="fr").units
    assert sorted((unit.source, unit.target, unit.getnotes()) for unit in units) == [
        ("bank", "banque", ""),
        ("bank", "banque", ""),
        ("bank", "banque", "money"),
        ("bank", "compter", ""),
        ("bank", "rive", ""),
        ("rely", "compter", ""),
    ]


def test_pyglossary_reads_the_articles(graph: Graph, tmp_path: Path) -> None:
    pyglossary = pytest.importorskip("pyglossary.glossary_v2")
    export_graph(graph, tmp_path / "en-fr", "stardict", Selection("en", "fr"))
    pyglossary.Glossary.init()
    glossary = pyglossary.Glossary()
    glossary.directRead(str(tmp_path / "en-fr" / "en-fr.ifo"), formatName="Stardict")
    articles = {entry.l_term[0]: entry.defi.split("\n") for entry in glossary if not entry.isData()}
    assert articles == {"bank": ["banque", "compter", "rive"], "rely": ["compter"]} or articles["bank"][0] == "banque"
    assert glossary.getInfo("description") == "open words: CC-BY-4.0; other words: CC0-1.0"


def test_networkx_reads_words_with_parts_of_speech_and_edges_with_senses(graph: Graph, tmp_path: Path) -> None:
    for form, read, name in (("graphml", networkx.read_graphml, "word"), ("gexf", networkx.read_gexf, "label")):
        export_graph(graph, tmp_path / form, form)
        drawn = read(tmp_path / form)
        assert {facts[name]: facts.get("pos", "") for _, facts in drawn.nodes(data=True)}["bank"] == "NOUN VERB"
        assert [facts["weight"] for *_, facts in drawn.edges(data=True) if facts.get("sense") == "money"] == [0.75]


def test_pandas_reads_a_table(graph: Graph, tmp_path: Path) -> None:
    export_graph(graph, tmp_path / "out.tsv", "tsv")
    table = pandas.read_csv(tmp_path / "out.tsv", sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    assert list(table[table.sense == "money"].target) == ["banque"]
    assert set(table.source_pos) == {"NOUN VERB", "VERB", "PROPN", ""}
