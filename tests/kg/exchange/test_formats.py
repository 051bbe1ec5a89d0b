from __future__ import annotations

import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import OutputError
from isogloss.data.reading import read_dictionary
from isogloss.kg.exchange.exporting import FORMATS, WordSubgraph, export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import Graph, open_graph
from tests.kg.conftest import OPEN

ORIGINS = (
    Origin("one", "CC0-1.0", version="2.1"),
    Origin('two "quoted" \\ <&>', "CC-BY-SA-4.0", quality=0.7, url="https://example.org/?a=\t'"),
    Origin("three", kind="induced"),
)
NASTY = [
    "'); DROP TABLE edge; --",
    "a\tb",
    "שָׁלוֹם",
    "e\u0301",
    "line\nend",
    "\r",
    "\u202eevil",
    "𝔘",
    "🏳️‍🌈",
    '"""',
    "'''",
    "\\u0041",
    "\\",
    "%20",
    "a b#c",
    "<&>",
    "]]>",
    "न्",
    "\u2028",
    "a.",
    ". \n.",
]
letters = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(NASTY)
safe = st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=8) | st.sampled_from(
    [word for word in NASTY if word.isprintable() and word.strip() == word]
)
slowly = settings(max_examples=25, deadline=None)


@st.composite
def dictionaries(draw: st.DrawFn, words: st.SearchStrategy[str] = letters) -> list[Dictionary]:
    dictionaries_read = []
    for _ in range(draw(st.integers(1, 3))):
        source, target = draw(st.permutations(["en", "fr", "he", "zh-Hant"]))[:2]
        pairs = draw(st.lists(st.builds(Pair, words, words, st.floats(0, 1), st.none()), min_size=1, max_size=5))
        dictionaries_read.append(Dictionary(source, target, tuple(pairs), draw(st.sampled_from(ORIGINS))))
    return dictionaries_read


@contextmanager
def copied(contents: list[Dictionary], form: str, selection: Selection | None = None) -> Iterator[tuple[Graph, Path]]:
    """A graph of ``contents``, and the file it was exported to."""
    with tempfile.TemporaryDirectory() as folder:
        with open_graph(Path(folder) / "graph.db", write=True) as graph:
            for dictionary in contents:
                graph.add(dictionary)
        with open_graph(Path(folder) / "graph.db") as graph:
            out = Path(folder) / f"out.{form}"
            export_graph(graph, out, form, selection or Selection())
            yield graph, out


def claims(graph: Graph) -> set[tuple[object, ...]]:
    """Every edge of a graph with its weight and origin, whatever the numbers in the tables."""
    rows = graph.store.rows(
        "SELECT a.language, a.lemma, r.code, b.language, b.lemma, e.weight, s.name, s.licence, s.kind, s.url, "
        "s.quality, s.version FROM edge e JOIN entry a ON a.id = e.src JOIN entry b ON b.id = e.dst "
        "JOIN relation r ON r.id = e.relation JOIN source s ON s.id = e.source"
    )
    codes = dict(graph.store.rows("SELECT id, code FROM language"))
    return {(codes[row[0]], *row[1:3], codes[row[3]], *row[4:]) for row in rows}


@slowly
@given(contents=dictionaries(), form=st.sampled_from(["ntriples", "turtle"]))
def test_a_graph_survives_the_journey_through_ontolex(contents: list[Dictionary], form: str) -> None:
    with copied(contents, form) as (graph, out), open_graph(out.with_suffix(".db"), write=True) as copy:
        if claims(graph):
            import_file(copy, out, format="ontolex")
        assert claims(copy) == claims(graph)


keys = st.sampled_from(["i123", "i9", "🐕", "a <b> & 'c'"])
groups = st.dictionaries(
    keys, st.dictionaries(st.sampled_from(["en", "fr", "he"]), st.lists(safe, min_size=1, max_size=2), min_size=1)
)


@slowly
@given(concepts=groups, form=st.sampled_from(["ntriples", "turtle", "wn-lmf", "jsonl"]))
def test_concepts_survive_the_journey(concepts: dict[str, dict[str, list[str]]], form: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "graph.db", Path(folder) / "out"
        with open_graph(path, write=True) as graph:
            graph.add_concepts(concepts, OPEN)
        if not concepts:
            return
        with open_graph(path) as graph, open_graph(Path(folder) / "copy.db", write=True) as copy:
            export_graph(graph, out, form)
            import_file(copy, out)
            assert members(copy) == members(graph)
            assert copy.sources()[0].licence == OPEN.licence


def members(graph: Graph) -> set[tuple[str, ...]]:
    rows = graph.store.rows(
        "SELECT c.key, l.code, e.lemma, s.name FROM concept_member m JOIN concept c ON c.id = m.concept "
        "JOIN entry e ON e.id = m.entry JOIN language l ON l.id = e.language JOIN source s ON s.id = c.source"
    )
    return set(rows)


def one_dictionary(pairs: list[Pair]) -> list[Dictionary]:
    return [Dictionary("en", "he", tuple(pairs), ORIGINS[1])]


pairs_of = st.lists(st.builds(Pair, safe, safe, st.floats(0, 1), st.none()), min_size=1, max_size=6).map(one_dictionary)


@slowly
@given(contents=pairs_of)
def test_pairs_survive_the_journey_through_stardict(contents: list[Dictionary]) -> None:
    with copied(contents, "stardict", Selection("en", "he")) as (graph, out):
        expected = {(pair.source, pair.target) for pair in graph.dictionary("en", "he")}
        back = read_dictionary(out, "en", "he")
        known = {pair for pair in expected if all(unicodedata.is_normalized("NFC", word) for word in pair)}
        assert {(pair.source, pair.target) for pair in back} >= {pair for pair in known if all(map(_plain, pair))}


def _plain(word: str) -> bool:
    """Whether tidying leaves a word as it is: it has no invisible marks and no character that means nothing yet."""
    return all(unicodedata.category(sign)[0] in "LMNPS" for sign in word)


@slowly
@given(contents=dictionaries(), form=st.sampled_from(["tmx", "tbx", "tbx3", "graphml", "gexf"]))
def test_xml_of_any_words_is_sound_and_holds_every_edge(contents: list[Dictionary], form: str) -> None:
    with copied(contents, form) as (graph, out):
        edges = graph.store.value("SELECT count(*) FROM edge") // 2
        tree = ElementTree.parse(out)
        tags = {"tmx": "tu", "graphml": "{*}edge", "gexf": "{*}edge"}
        if form in tags:
            assert len(tree.findall(f".//{tags[form]}")) == edges
        if form in ("tmx", "tbx", "tbx3"):
            tag = "seg" if form == "tmx" else "{*}term"
            written = {element.text or "" for element in tree.findall(f".//{tag}")}
            lemmas = {row[0] for row in graph.store.rows("SELECT lemma FROM entry")}
            assert {word for word in lemmas if word.isprintable() and max(word) < "\ufffe"} <= written


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_leaves_out_what_a_licence_forbids(path: Path, tmp_path: Path, form: str) -> None:
    with open_graph(path, write=True) as graph:
        graph.add_concepts({"i1": {"en": ["hound"], "fr": ["cabot"]}}, OPEN)
    with open_graph(path) as graph:
        selection = (
            Selection("en", "fr", licences=["open"]) if form in ("muse", "stardict") else Selection(licences=["open"])
        )
        written = export_graph(graph, tmp_path / "out", form, selection)
    files = list((tmp_path / "out").iterdir()) if form == "stardict" else [tmp_path / "out"]
    content = b"".join(file.read_bytes() for file in files)
    assert written.edges > 0
    assert "犬".encode() not in content
    assert b"shared words" not in content
    assert "Strictest licence in it: CC0-1.0\n" in written.attribution.read_text("utf-8")


def test_gexf_is_read_by_networkx(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph:
        export_graph(graph, tmp_path / "near.gexf", "gexf", around=WordSubgraph("dog", "en", hops=2))
    near = networkx.read_gexf(tmp_path / "near.gexf")
    assert {facts["label"] for _, facts in near.nodes(data=True)} == {"dog", "chien", "koira", "犬"}
    assert {facts["licence"] for *_, facts in near.edges(data=True)} == {"CC0-1.0", "GPL-3.0-or-later"}


def test_stardict_lists_the_surest_translation_first_in_the_order_of_the_format(path: Path, tmp_path: Path) -> None:
    with open_graph(path, write=True) as graph:
        pairs = (Pair("Bank", "Bank", 0.5), Pair("bank", "plage", 0.2), Pair("x" * 300, "long", 1.0))
        graph.add(Dictionary("en", "fr", pairs, OPEN))
        written = export_graph(graph, tmp_path / "en-fr", "stardict", Selection("en", "fr"))
    index = (tmp_path / "en-fr" / "en-fr.idx").read_bytes()
    assert [word for word in (b"Bank", b"bank", b"cat", b"dog", b"shore") if index.count(word + b"\0") == 1] == [
        *(b"Bank", b"bank", b"cat", b"dog", b"shore")
    ]
    assert index.startswith(b"Bank\0\0\0\0\0\0\0\0\x04bank\0")
    assert (tmp_path / "en-fr" / "en-fr.dict").read_text("utf-8").startswith("Bankbanque\nrive\nplage")
    assert written.left_out == {"word that StarDict cannot write": 1}
    with open_graph(path) as graph, pytest.raises(OutputError, match="name them with --from and --to"):
        export_graph(graph, tmp_path / "all", "stardict")


def test_wn_lmf_needs_concepts(path: Path, tmp_path: Path) -> None:
    with open_graph(path) as graph, pytest.raises(OutputError, match="found no concept"):
        export_graph(graph, tmp_path / "out.xml", "wn-lmf")


def test_an_export_with_sql_in_its_words_leaves_the_tables_alone(tmp_path: Path) -> None:
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("'); DROP TABLE entry; --", '"; DELETE FROM edge')], OPEN))
        export_graph(graph, tmp_path / "out.nt", "ntriples")
    with open_graph(tmp_path / "copy.db", write=True) as copy:
        import_file(copy, tmp_path / "out.nt")
    tables = sqlite3.connect(tmp_path / "copy.db")
    assert tables.execute("SELECT lemma FROM entry ORDER BY 1").fetchall() == [
        ('"; DELETE FROM edge',),
        ("'); DROP TABLE entry; --",),
    ]
    tables.close()
