"""Numbers, codes, names and words of the other language among the pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.induction.entries import select
from isogloss.lexicon.induction.kinds import NAMES, USUAL, Kinds, left_out
from isogloss.lexicon.induction.ranked import Ranked
from isogloss.lexicon.induction.selection import Selection

NO_PAIRS = Seeds(np.zeros(0, np.int64), np.zeros(0, np.int64))
TOPICS = 4
RNG = np.random.default_rng(0)
CENTRES = RNG.standard_normal((TOPICS, 20)).astype(np.float32) * 4


def named(stem: str, count: int) -> list[str]:
    """``stem-a``, ``stem-b`` …, without digits."""
    return [f"{stem}-{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(count)]


def near(topic: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(CENTRES[topic] + RNG.standard_normal(20).astype(np.float32))


def spaces(gold: Seeds = NO_PAIRS) -> tuple[Space, Kinds]:
    """English of three topics, Spanish of three with an island of English in the last; some words are borrowed."""
    english, spanish = named("english", 60), named("spanish", 60)
    quoted = named("quoted", 15)  # common in English, at the end of the Spanish list
    borrowed = ["hospital", "hotel"]  # among words of their own language in both
    source = [*quoted, *borrowed, "2024", "b2b", "München", *english]
    target = [*borrowed, "2024", "b2b", "München", *spanish, *quoted]
    vectors_x = np.array([near(number % 3) for number in range(len(source))])
    vectors_y = np.array([near(3 if word in quoted else number % 3) for number, word in enumerate(target)])
    x, y = (
        Vectors(code, tuple(word.lower() for word in words), vectors, spellings=tuple(words))
        for code, words, vectors in (("en", source, vectors_x), ("es", target, vectors_y))
    )
    space = Space.of(x, y, 0)
    return space, Kinds.of(space, gold, 1000)


def kind(space: Space, kinds: Kinds, source: str, target: str) -> str:
    kind_of = kinds(np.array([space.source.row_of[source]]), np.array([[space.target.row_of[target]]]))
    return NAMES[int(kind_of[0, 0])]


def test_words_of_the_other_language_are_found_by_their_neighbors() -> None:
    space, kinds = spaces()
    assert {kind(space, kinds, word, word) for word in named("quoted", 15)} == {"foreign"}
    assert kind(space, kinds, "english-ad", "quoted-ae") == "foreign"  # and whatever they translate
    assert kind(space, kinds, "quoted-ae", "spanish-ad") == ""


def test_borrowed_words_names_numbers_and_codes_are_told_apart() -> None:
    space, kinds = spaces()
    assert kind(space, kinds, "hospital", "hospital") == "identical"
    assert kind(space, kinds, "münchen", "münchen") == "name"
    assert kind(space, kinds, "2024", "spanish-ab") == "number"
    assert kind(space, kinds, "b2b", "b2b") == "code"
    assert kind(space, kinds, "english-ab", "spanish-ab") == ""


def test_a_word_that_the_seeds_translate_by_itself_is_not_foreign() -> None:
    space, _ = spaces()
    gold = Seeds(np.array([space.source.row_of["quoted-aa"]]), np.array([space.target.row_of["quoted-aa"]]))
    kinds = Kinds.of(space, gold, 1000)
    assert kind(space, kinds, "quoted-aa", "quoted-aa") == "identical"
    assert kind(space, kinds, "quoted-ab", "quoted-ab") == "foreign"


def test_without_capitals_there_are_no_names() -> None:
    space, _ = spaces()
    lower = replace(space, source=replace(space.source, spellings=()), target=replace(space.target, spellings=()))
    assert kind(space, Kinds.of(lower, NO_PAIRS, 1000), "münchen", "münchen") == "identical"


def test_capitals_of_a_language_that_writes_nouns_with_them_name_nothing() -> None:
    space, _ = spaces()
    english = replace(space.source, spellings=())
    for code, expected in (("de", "identical"), ("de-AT", "identical"), ("es", "name")):
        target = replace(space.target, language=code)
        kinds = Kinds.of(replace(space, source=english, target=target), NO_PAIRS, 1000)
        assert kind(space, kinds, "münchen", "münchen") == expected
    german = replace(space.target, language="de")
    cased = Kinds.of(replace(space, target=german), NO_PAIRS, 1000)
    assert kind(space, cased, "münchen", "münchen") == "name"  # as the capitals of English say


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("1990", "number"),
        ("3.14", "number"),
        ("1990s", "code"),
        ("h1n1", "code"),
        ("user@host", "code"),
        ("example.com", "code"),
        ("...", "code"),
        ("don't", ""),
        ("u.s.", ""),
        ("well-known", ""),
        ("हिन्दी", ""),
        ("black hole", ""),
        ("百", ""),
    ],
)
def test_numbers_and_codes_are_told_by_their_letters(word: str, expected: str) -> None:
    source = Vectors("en", (word, "other"), np.eye(2, dtype=np.float32))
    target = Vectors("fr", ("autre",), np.ones((1, 2), np.float32))
    space = Space.of(source, target, 0)
    assert kind(space, Kinds.of(space, NO_PAIRS, 10), word, "autre") == expected


def test_what_is_left_out_neither_stands_in_the_lexicon_nor_counts_for_its_precision() -> None:
    probability = np.array([[0.99], [0.98], [0.75]], np.float32)
    kinds = np.array([[NAMES.index("foreign")], [NAMES.index("name")], [0]], np.int8)
    rows = np.array([[0], [1], [2]])
    ranked = Ranked(rows, probability, probability, np.zeros(3, np.float32))
    arguments = ("love", "Paris", "dog"), ("love", "Paris", "perro"), ranked, rows
    entries = select(*arguments, selection=Selection(), kinds=kinds, leave_out=left_out(USUAL))
    assert list(zip(entries.source, entries.kinds, strict=True)) == [("Paris", "name"), ("dog", "")]
    assert (entries.expected[0].pairs, entries.left_out) == (2, {"foreign": 1})
    every = select(*arguments, selection=Selection(), kinds=kinds)
    assert (len(every), every.left_out) == (3, {})


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(VocabularyError, match="found 'slang' to leave out, expected none or some of identical"):
        left_out(["slang"])
