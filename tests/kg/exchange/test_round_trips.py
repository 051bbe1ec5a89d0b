"""Whatever a format has room for comes back: all formats, held to the table of ``kg.exchange.fields``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import FormatError
from isogloss.data.reading import read_dictionary
from isogloss.kg.exchange.exporting import FORMATS, export_graph
from isogloss.kg.exchange.fields import CARRIED, Field
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.ontolex_terms import TAGS as TAGS_OF_LEXINFO
from isogloss.kg.exchange.selection import CODE, INVERSE, Selection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import AboutConcept
from isogloss.kg.storage.run import Run

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
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TERMBASE = {"tbx": ("termEntry", "langSet", "tig"), "tbx3": ("conceptEntry", "langSec", "termSec")}

ORIGINS = (
    Origin("one", "CC0-1.0", version="2.1"),
    Origin('two "quoted" \\ <&>', "CC-BY-SA-4.0", quality=0.7, url="https://example.org/?a='"),
    Origin("three", kind="induced"),
)
RUNS = (None, None, Run("csls", {"k": [1, 2], "ü": None}, 3, "0.1", "2026-01-01"), Run("walk", {}, None, "", ""))
TAGS = [
    "ADJ",
    "ADP",
    "ADV",
    "AUX",
    "CCONJ",
    "DET",
    "INTJ",
    "NOUN",
    "NUM",
    "PART",
    "PRON",
    "PROPN",
    "PUNCT",
    "SCONJ",
    "SYM",
    "VERB",
    "X",
]
LANGUAGES = ("en", "fr", "he", "zh-Hant")

words = st.sampled_from(
    ["dog", "Hund", "a", "b", "c", "New York", "l'eau", "שָׁלוֹם", "犬", "é", "<&>", '"', "C++", "%20", "a#b", "\\", "]]>"]
)
texts = st.sampled_from(["animal", 'an "animal" <&> \\', "ᛞ", "1. a thing; another"])
weights = st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 1.0])
tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(lambda some: " ".join(sorted(some)))
facts = st.none() | st.fixed_dictionaries(
    {}, optional={"sense": texts, "rank": st.integers(-9, 9), "paths": st.lists(texts, max_size=2)}
)


@dataclass
class Content:
    """What a small graph is made of."""

    edges: list[tuple[Dictionary, str | None, Run | None]] = field(default_factory=list)
    concepts: list[tuple[Origin, str, AboutConcept, list[tuple[str, str, float]]]] = field(default_factory=list)
    tags: dict[tuple[str, str], str] = field(default_factory=dict)
    ranks: dict[tuple[str, str], int] = field(default_factory=dict)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Graphs with all that a graph can hold."""
    content = Content()
    for _ in range(draw(st.integers(1, 3))):
        here, there = draw(st.permutations(LANGUAGES))[:2]
        relation = draw(st.sampled_from([None, None, None, "synonym", "antonym", "hypernym", "form_of", "cognate"]))
        there = here if relation in ("synonym", "antonym", "hypernym", "form_of") else there
        pairs = draw(st.lists(st.builds(Pair, words, words, weights, facts), min_size=1, max_size=4))
        dictionary = Dictionary(here, there, tuple(pairs), draw(st.sampled_from(ORIGINS)))
        content.edges.append((dictionary, relation, draw(st.sampled_from(RUNS))))
    for key in draw(st.lists(st.sampled_from(["i123", "i9", "🐕", "a <b> & 'c'"]), max_size=2, unique=True)):
        about = AboutConcept(draw(st.sampled_from(["", *TAGS])), draw(st.just("") | texts))
        member = st.tuples(st.sampled_from(LANGUAGES), words, weights)
        members = draw(st.lists(member, min_size=2, max_size=4, unique_by=lambda each: each[:2]))
        content.concepts.append((draw(st.sampled_from(ORIGINS)), key, about, members))
    for language in LANGUAGES:
        for word in draw(st.lists(words, max_size=4)):
            content.tags[language, word] = draw(tags)
            content.ranks[language, word] = draw(st.integers(0, 99))
    return content


def fill(graph: Graph, content: Content) -> None:
    for dictionary, relation, run in content.edges:
        graph.add(dictionary, relation=relation, run=run)
    for origin, key, about, members in content.concepts:
        for language, word, weight in members:
            graph.add_members(language, [key], [word], origin, [weight])
        graph.describe_concepts({key: about}, origin)
    for (language, word), tag in content.tags.items():
        graph.add_parts_of_speech(language, {word: tag})
        graph.add_frequency_ranks(language, {word: content.ranks[language, word]})


@contextmanager
def made(content: Content) -> Iterator[tuple[Graph, Path]]:
    """A graph of ``content``, and an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        with open_graph(Path(folder) / "graph.db", write=True) as graph:
            fill(graph, content)
        with open_graph(Path(folder) / "graph.db") as graph:
            yield graph, Path(folder)


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
_OF_CONCEPTS = (Field.CONCEPT, Field.DEFINITION, Field.BELONGING)


def test_every_format_and_every_field_is_in_the_table() -> None:
    assert set(CARRIED) == set(FORMATS)
    assert set(KNOWN) == set(Field)


def test_the_document_has_the_table() -> None:
    forms = sorted(CARRIED)
    lines = [f"| | {' | '.join(f'`{form}`' for form in forms)} |", "|---" * (len(forms) + 1) + "|"]
    lines += [f"| {what} | {' | '.join('✓' if what in CARRIED[form] else '' for form in forms)} |" for what in Field]
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
        if not (KNOWN[Field.SOURCE](graph) or KNOWN[Field.CONCEPT](graph)):
            return  # every pair was of a word with itself
        with brought_back(graph, folder, form) as copy:
            for what in Field:
                if what in CARRIED[form]:
                    assert KNOWN[what](copy) == KNOWN[what](graph), what


@settings(max_examples=10, deadline=None)
@given(content=contents())
def test_a_translation_memory_brings_back_all_that_it_has_room_for(content: Content) -> None:
    content.edges = [edge for edge in content.edges if edge[1] is None]  # it has no room for other relations
    with made(content) as (graph, folder):
        if not (KNOWN[Field.SOURCE](graph) or KNOWN[Field.CONCEPT](graph)):
            return
        with brought_back(graph, folder, "tmx") as copy:
            for what in CARRIED["tmx"]:
                assert KNOWN[what](copy) == KNOWN[what](graph), what
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
        if KNOWN[Field.SOURCE](graph):
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
            for what in (Field.CONCEPT, Field.BELONGING):
                assert KNOWN[what](copy) == KNOWN[what](graph)
            own, back = (described(each) for each in (graph, copy))
            assert {key: definition for key, (_, definition) in back.items()} == {
                key: definition for key, (_, definition) in own.items()
            }
            assert all(back[key][0] == pos for key, (pos, _) in own.items() if pos)
            members = {row[2:4] for row in KNOWN[Field.CONCEPT](graph)}
            before, after = (
                {row[:2]: set(row[2].split()) for row in KNOWN[Field.PART_OF_SPEECH](each)} for each in (graph, copy)
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


End = tuple[str, str]


@dataclass(frozen=True)
class Unit:
    """A line of a format that is not read back as a whole: two words, and what stands there."""

    ends: tuple[End, End]
    pos: tuple[str, str]
    said: dict[str, str]

    def rows(self, *names: str) -> Iterator[Row]:
        """The edge from either end, with some of what is said of it."""
        (here, there), relation = self.ends, self.said["relation"]
        number = next(number for number, code in CODE.items() if code == relation)
        told = tuple(self.said.get(name, "") for name in names)
        yield (*here, relation, *there, *told)
        yield (*there, CODE[INVERSE[number]], *here, *told)

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
    for here, there, attributes in drawn.edges(data=True):
        ends = [(drawn.nodes[end]["language"], drawn.nodes[end][word]) for end in (here, there)]
        pos = [drawn.nodes[end].get("pos", "") for end in (here, there)]
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

        def carried(what: Field) -> set[Row]:
            rows = KNOWN[what](graph)
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
                    each.findtext("{*}term") or "",
                    {note.text for note in each.findall("{*}termNote")},
                )
                for part in found.findall(f"{{*}}{language}")
                for each in part.findall(f"{{*}}{term}")
            ]
            words.append([each[:2] for each in terms])
            for a in words[-1]:
                for b in words[-1]:
                    notes = {admin.text or "" for admin in found.findall("{*}admin")}
                    sources.setdefault(frozenset((a, b)), set()).update(notes)
            for code, word, kinds in terms:
                known = next(row[2] for row in KNOWN[Field.PART_OF_SPEECH](graph) if row[:2] == (code, word)).split()
                assert kinds <= {TAGS_OF_LEXINFO.get(tag, tag.lower()) for tag in known}
                assert kinds or not known
        for here, source, relation, there, target, name in KNOWN[Field.SOURCE](graph):
            if relation in ("translation", "synonym"):
                assert name in sources[frozenset(((here, source), (there, target)))]
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
        said = {(row[1], *row[5:]) for row in edges(copy, "o.name, o.licence, o.url") if row[0] == "en"}
        assert said == {
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
        for here, there in (("en", "fr"), ("en", "de"), ("fr", "de")):
            words_of_two = {"en": "dog", "fr": "chien", "de": "Hund"}
            for origin in ORIGINS[:2]:  # what two sources say is said once
                graph.add(Dictionary.of(here, there, [(words_of_two[here], words_of_two[there])], origin))
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


@pytest.mark.parametrize("form", ["muse", "stardict"])
def test_translations_of_equal_weight_stay_in_the_order_of_their_article(form: str, tmp_path: Path) -> None:
    words = ["zero", "alpha", "mid", "beta"]
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        graph.add(Dictionary.of("de", "en", [("Wort", word) for word in words]))
        graph.add(Dictionary("de", "en", (Pair("Wort", "low", 0.5), Pair("Ort", "place")), ORIGINS[0]))
        export_graph(graph, tmp_path / "out", form, Selection("de", "en"))
    assert read_dictionary(tmp_path / "out", "de", "en")["Wort"] == (*words, "low")


def test_a_table_of_many_languages_comes_back_in_its_own(tmp_path: Path) -> None:
    table = "source_language\tsource\ttarget_language\ttarget\nen\tdog\teu\ttxakur\nfr\tchien\tde\tHund\n"
    (tmp_path / "all.tsv").write_text(table, "utf-8")
    with open_graph(tmp_path / "all.db", write=True) as graph:
        assert import_file(graph, tmp_path / "all.tsv").pairs == 2
        assert graph.pairs() == [("de", "fr", 1), ("en", "eu", 1)]
    with open_graph(tmp_path / "two.db", write=True) as graph:
        import_file(graph, tmp_path / "all.tsv", format="tsv", source="eu", target="en")
        assert graph.pairs() == [("en", "eu", 1)]
    with open_graph(tmp_path / "one.db", write=True) as graph:
        import_file(graph, tmp_path / "all.tsv", target="fra")
        assert graph.pairs() == [("de", "fr", 1)]
        with pytest.raises(FormatError, match="no edge between en and fr"):
            import_file(graph, tmp_path / "all.tsv", source="en", target="fr")
    seeds = read_dictionary(tmp_path / "all.tsv", "eu", "en")
    assert [tuple(pair[:2]) for pair in seeds] == [("txakur", "dog")]
    with pytest.raises(FormatError, match="no pair of words between en and fr"):
        read_dictionary(tmp_path / "all.tsv", "en", "fr")


def test_a_damaged_line_of_a_table_is_counted_by_its_reason(tmp_path: Path) -> None:
    names = ["source_language", "source", "relation", "target_language", "target", "weight", "evidence"]
    rows = [
        ["en", "dog", "translation", "fr", "chien", "0.5", '{"rank":1}'],
        ["en", "dog", "translation", "fr", "chien"],
        ["??", "dog", "translation", "fr", "chien", "1", ""],
        ["en", "dog", "friend", "fr", "chien", "1", ""],
        ["en", "dog", "translation", "fr", "chien", "2", ""],
        ["en", "dog", "translation", "fr", "chien", "1", "[1]"],
        ["en", "dog", "translation", "fr", "x" * 501, "1", ""],
        ["en", "", "translation", "fr", "chien", "1", ""],
    ]
    (tmp_path / "t.tsv").write_text("\n".join("\t".join(row) for row in [names, *rows, []]) + "\n", "utf-8")
    with open_graph(tmp_path / "graph.db", write=True) as graph:
        added = import_file(graph, tmp_path / "t.tsv", anyway=True)
    assert (added.pairs, added.dropped) == (
        2,
        {
            "word of an unknown language": 1,
            "relation of an unknown kind": 1,
            "weight that is no probability": 1,
            "evidence that is no JSON object": 1,
            "longer than 500 characters": 1,
            "empty word": 1,
        },
    )


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
