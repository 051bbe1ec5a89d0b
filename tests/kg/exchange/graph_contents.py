"""Random graphs with all that a graph can hold."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.text.parts_of_speech import TAGS
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.loading import AboutConcept
from isogloss.kg.storage.run import Run

ORIGINS = (
    Origin("one", "CC0-1.0", version="2.1"),
    Origin('two "quoted" \\ <&>', "CC-BY-SA-4.0", quality=0.7, url="https://example.org/?a='"),
    Origin("three", kind="induced"),
)
RUNS = (None, None, Run("csls", {"k": [1, 2], "ü": None}, 3, "0.1", "2026-01-01"), Run("walk", {}, None, "", ""))
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
        source, target = draw(st.permutations(LANGUAGES))[:2]
        relation = draw(st.sampled_from([None, None, None, "synonym", "antonym", "hypernym", "form_of", "cognate"]))
        target = source if relation in ("synonym", "antonym", "hypernym", "form_of") else target
        pairs = draw(st.lists(st.builds(Pair, words, words, weights, facts), min_size=1, max_size=4))
        dictionary = Dictionary(source, target, tuple(pairs), draw(st.sampled_from(ORIGINS)))
        content.edges.append((dictionary, relation, draw(st.sampled_from(RUNS))))
    for key in draw(st.lists(st.sampled_from(["i123", "i9", "🐕", "a <b> & 'c'"]), max_size=2, unique=True)):
        about = AboutConcept(draw(st.sampled_from(["", *TAGS])), draw(st.just("") | texts))
        member = st.tuples(st.sampled_from(LANGUAGES), words, weights)
        members = draw(st.lists(member, min_size=2, max_size=4, unique_by=lambda written: written[:2]))
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
