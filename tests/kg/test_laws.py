from __future__ import annotations

import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.licence import LicenceClass, licence_class, permits, strictest
from isogloss.data.text.spelling import search_form, search_forms
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.results import Word
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.spelling import lemma, lemmas

slowly = settings(max_examples=25, deadline=None)

ORIGINS = (
    Origin("one", "CC0-1.0"),
    Origin("two", "CC-BY-SA-4.0", quality=0.7, url="https://example.org/?a=\t'"),
    Origin("three", kind="induced"),
)
RUNS = (None, Run("csls", {"k": [1, 2], "ü": None}, 3, "0.1", "2026-01-01"), Run("walk", {}, None, "", ""))
NASTY = [
    "'); DROP TABLE edge; --",
    "a\tb",
    "שָׁלוֹם",
    "e\u0301",
    "é",
    "line\nend",
    "\u202eevil",
    "𝔘",
    "🏳️‍🌈",
    "\0",
    '"',
    "%",
    "न्",
]
letters = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(NASTY)
short = st.sampled_from(["a", "b", "c", "A", "á"])
weights = st.floats(0, 1)
facts = st.none() | st.dictionaries(letters, st.integers(-9, 9) | st.text(max_size=3) | st.booleans(), max_size=3)


@st.composite
def dictionary(draw: st.DrawFn, word: st.SearchStrategy[str]) -> tuple[Dictionary, Run | None]:
    source, target = draw(st.permutations(["en", "fr", "he", "zh-Hant"]))[:2]
    pairs = draw(st.lists(st.builds(Pair, word, word, weights, facts), max_size=6))
    return Dictionary(source, target, tuple(pairs), draw(st.sampled_from(ORIGINS))), draw(st.sampled_from(RUNS))


@contextmanager
def graph_of(*dictionaries: tuple[Dictionary, Run | None], sessions: int = 1) -> Iterator[Graph]:
    with tempfile.TemporaryDirectory() as folder:
        for session in range(sessions):
            with open_graph(Path(folder) / "graph.db", write=True) as graph:
                for content, run in dictionaries[session::sessions]:
                    graph.add(content, run=run)
        with open_graph(Path(folder) / "graph.db") as graph:
            yield graph


Said = tuple[Word, str, Word, Origin, float, str, str]


def content(graph: Graph) -> set[Said]:
    """Every claim in both directions, with its run and evidence, whatever the numbers in the tables."""
    statements: set[Said] = set()
    for language in graph.languages():
        for word in graph.search("", language, k=1000):
            for near in graph.neighbors(word.word, language):
                for claim in near.claims:
                    evidence = repr(sorted((claim.evidence or {}).items()))
                    statements.add(
                        (word, near.relation, near.word, claim.source, claim.weight, repr(claim.run), evidence)
                    )
    return statements


@slowly
@given(contents=st.lists(dictionary(letters), max_size=4))
def test_a_graph_survives_the_journey_through_jsonl(contents: list[tuple[Dictionary, Run | None]]) -> None:
    with graph_of(*contents) as graph, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "graph.jsonl"
        export_graph(graph, out, "jsonl")
        with open_graph(Path(folder) / "copy.db", write=True) as copy:
            import_file(copy, out)
            assert content(copy) == content(graph)
            assert copy.pairs() == graph.pairs()


meanings = st.dictionaries(
    st.sampled_from(["i1", "i2", "x"]),
    st.dictionaries(st.sampled_from(["en", "fr", "he"]), st.lists(short, max_size=3), max_size=3),
    max_size=3,
)


@slowly
@given(contents=st.lists(st.tuples(meanings, st.sampled_from(ORIGINS)), max_size=4), sessions=st.integers(1, 2))
def test_words_that_share_a_concept_are_counted_by_language_and_source(
    contents: list[tuple[dict[str, dict[str, list[str]]], Origin]], sessions: int
) -> None:
    members: dict[tuple[Origin, str], set[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for session in range(sessions):
            with open_graph(Path(folder) / "graph.db", write=True) as graph:
                for concepts, origin in contents[session::sessions]:
                    graph.add_concepts(concepts, origin)
        for concepts, origin in contents:
            for key, languages in concepts.items():
                words = {(language, word) for language, written in languages.items() for word in written}
                members.setdefault((origin, key), set()).update(words)
        expected = Counter(
            (source[0], target[0], origin.name)
            for (origin, _), words in members.items()
            for source in words
            for target in words
            if source != target
        )
        with open_graph(Path(folder) / "graph.db") as graph:
            counted = graph.store.rows(
                "SELECT a.code, b.code, s.name, c.edges FROM coverage c JOIN language a ON a.id = c.src_language "
                "JOIN language b ON b.id = c.dst_language JOIN source s ON s.id = c.source"
            )
    assert {tuple(key): count for *key, count in counted} == dict(expected)


@slowly
@given(contents=st.lists(dictionary(letters), max_size=3))
def test_every_pair_that_goes_in_comes_out_with_its_highest_weight(
    contents: list[tuple[Dictionary, Run | None]],
) -> None:
    expected: dict[tuple[str, str, str, str, Origin], float] = {}
    for given_pairs, _ in contents:
        for pair in given_pairs:
            ends = (given_pairs.source, lemma(pair.source)), (given_pairs.target, lemma(pair.target))
            if ends[0][1] and ends[1][1]:
                for (source, word), (target, translation) in (ends, ends[::-1]):
                    key = source, word, target, translation, given_pairs.origin
                    expected[key] = max(pair.weight, expected.get(key, 0.0))
    with graph_of(*contents) as graph:
        weights = {
            (start.language, start.word, end.language, end.word, word): weight
            for start, _, end, word, weight, _, _ in content(graph)
        }
    assert weights == expected


@slowly
@given(contents=st.lists(dictionary(short), min_size=1, max_size=5), order=st.randoms(), sessions=st.integers(1, 3))
def test_the_order_of_imports_does_not_matter(
    contents: list[tuple[Dictionary, Run | None]], order: Random, sessions: int
) -> None:
    mixed = list(contents)
    order.shuffle(mixed)
    with graph_of(*contents) as graph, graph_of(*mixed, sessions=sessions) as other:
        assert graph.pairs() == other.pairs()
        for source in graph.languages():
            for word in graph.search("", source, k=100):
                for target in graph.languages():
                    assert answers(graph, word.word, source, target) == answers(other, word.word, source, target)


def answers(graph: Graph, word: str, source: str, target: str) -> list[tuple[str, float]]:
    return [
        (translation.word, round(translation.score, 9)) for translation in graph.translate(word, source, target, k=50)
    ]


@slowly
@given(contents=st.lists(dictionary(short), min_size=1, max_size=3))
def test_adding_the_same_twice_changes_nothing(contents: list[tuple[Dictionary, Run | None]]) -> None:
    with graph_of(*contents) as once, graph_of(*contents, *contents, sessions=2) as twice:
        assert content(once) == content(twice)
        assert once.pairs() == twice.pairs()
        assert once.stats().sources == twice.stats().sources


groups = st.dictionaries(
    st.sampled_from("🏠🐕"),
    st.dictionaries(st.sampled_from(["en", "fr", "he"]), st.lists(short, max_size=2)),
    max_size=2,
)


@slowly
@given(contents=st.lists(dictionary(short), max_size=3), concepts=groups)
def test_words_of_concepts_too_translate_each_other_both_ways(
    contents: list[tuple[Dictionary, Run | None]], concepts: dict[str, dict[str, list[str]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with open_graph(Path(folder) / "graph.db", write=True) as graph:
            for added, run in contents:
                graph.add(added, run=run)
            graph.add_concepts(concepts, ORIGINS[1])
        with open_graph(Path(folder) / "graph.db") as graph:
            assert_both_ways(graph)


@slowly
@given(contents=st.lists(dictionary(short), min_size=1, max_size=5))
def test_words_that_translate_each_other_do_so_both_ways(contents: list[tuple[Dictionary, Run | None]]) -> None:
    with graph_of(*contents) as graph:
        assert_both_ways(graph)


def assert_both_ways(graph: Graph) -> None:
    for source in graph.languages():
        for target in graph.languages():
            for word in graph.search("", source, k=100):
                for translation in graph.translate(word.word, source, target, k=50):
                    assert 0 <= translation.probability <= 1
                    # another spelling translates with less weight, and one way only; what is surely wrong may be cut
                    if not translation.match and translation.probability > 0.01:
                        assert word.word in graph.translate(translation.word, target, source, k=50).words


@given(word=st.text(st.characters(exclude_categories=["Cs"])))
def test_both_ways_of_composing_have_one_search_form(word: str) -> None:
    assert search_form(unicodedata.normalize("NFD", word)) == search_form(unicodedata.normalize("NFC", word))


@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_many_words_have_the_forms_that_each_has_alone(words: list[str]) -> None:
    assert search_forms(words) == [search_form(word) for word in words]
    assert lemmas(words) == [lemma(word) for word in words]


def test_marks_that_make_another_letter_stay() -> None:
    assert search_form("Éléphant") == "elephant"
    assert search_form("שָׁלוֹם") == "שלום"
    assert search_form("ガ") == "ガ"  # not カ
    assert search_form("हिन्दी") == "हिन्दी"
    assert search_form("Straße") == "strasse"


@given(
    limits=st.sampled_from(LicenceClass),
    licences=st.lists(st.sampled_from(["MIT", "GPL-3.0-only", "CC-BY-NC-4.0", ""]), min_size=1),
)
def test_what_is_made_from_several_is_permitted_when_all_are(limits: LicenceClass, licences: list[str]) -> None:
    assert permits([limits], strictest(licences)) == all(permits([limits], licence) for licence in licences)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", "open"),
        ("Unicode-DFS-2016", "open"),
        ("CC-BY-4.0", "open"),
        ("CC-BY-SA-3.0", "sharealike"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", "sharealike"),
        ("CC-BY-NC-SA-4.0", "noncommercial"),
        ("CC-BY-ND-4.0", "noncommercial"),
        ("MIT OR GPL-3.0-only", "open"),
        ("MIT AND GPL-3.0-only", "sharealike"),
        ("(MIT OR CC0-1.0) AND CC-BY-NC-4.0", "noncommercial"),
        ("", "unknown"),
        ("all rights reserved", "unknown"),
    ],
)
def test_licences_fall_into_classes(expression: str, expected: str) -> None:
    assert licence_class(expression) == expected


def test_a_run_outlives_the_same_edge_without_one_whatever_the_order() -> None:
    pair = Dictionary("fr", "en", (Pair("a", "a", 1.0, None),), Origin("one"))
    contents = (pair, Run("csls", started="2026-01-01")), (pair, None)
    with graph_of(*contents) as graph, graph_of(*contents[::-1], sessions=2) as other:
        assert content(graph) == content(other)
        assert {run.split("'")[1] for *_, run, _ in content(graph)} == {"csls"}
