from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks import (
    OF_CANDIDATES,
    ClassTransfer,
    ConceptNWay,
    CycleRanking,
    LanguageInvariance,
    Similarity,
    TaskSpace,
    WordTask,
)
from isogloss.meta.tasks.candidate_episodes import episode
from isogloss.meta.tasks.candidate_features import FEATURES
from isogloss.meta.tasks.cycle_ranking import detours
from isogloss.meta.tasks.similarity import relatives
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.tasks.word_episodes import Hub, word_episode
from isogloss.meta.training.run import episodes_of
from isogloss.meta.training.settings import Settings

LANGUAGES = ("en", "fi", "fr")
WORD_FAMILIES = (
    ClassTransfer(3, 3, 5, topics=6, seeds=(30,)),
    ConceptNWay(3, seeds=(30,)),
    LanguageInvariance(5, 5, (30,)),
)


@pytest.fixture(scope="module")
def words() -> TaskSpace:
    """The whole sample in three languages, as tasks about words."""
    pairs = [(a, b) for a in LANGUAGES for b in LANGUAGES if a != b]
    vectors = {language: sample_vectors(language) for language in LANGUAGES}
    dictionaries = {pair: sample_dictionary(*pair) for pair in pairs}
    families = (CycleRanking((10, 20), 30, 3), Similarity((10, 20), 30))
    return TaskSpace(dictionaries, Spaces(vectors), families, word_families=WORD_FAMILIES)


def drawn(words: TaskSpace, family: str, number: int = 0) -> WordTask:
    kinds = [kind for kind in words.word_kinds if kind.family.name == family]
    return words.draw(kinds[number % len(kinds)], np.random.default_rng(number))


def test_every_family_is_there_for_every_pair(words: TaskSpace) -> None:
    pairs = {(a, b) for a in LANGUAGES for b in LANGUAGES if a != b}
    families = {(kind.family.name, kind.source, kind.target) for kind in words.word_kinds}
    assert families == {(family.name, *pair) for family in WORD_FAMILIES for pair in pairs}
    assert {(kind.source, kind.target) for kind in words.kinds if kind.family.name == "cycle-ranking"} == pairs
    assert {kind.family.name for kind in words.kinds} == {"cycle-ranking", "similarity"}


@pytest.mark.parametrize("family", [member.name for member in WORD_FAMILIES])
def test_no_word_asked_and_no_known_pair_gives_an_answer_away(words: TaskSpace, family: str) -> None:
    for number in range(4):
        task = drawn(words, family, number)
        between = words.between(task.source, task.target)
        assert between is not None
        ours = {(example.language, example.word) for example in task.support}
        queries = {(example.language, example.word) for example in task.query}
        assert task.support
        assert task.query
        assert not ours & queries
        seeds = {(task.source, pair.source) for pair in task.seeds} | {
            (task.target, pair.target) for pair in task.seeds
        }
        assert len(task.seeds) >= 20
        assert not seeds & (ours | queries)


def test_classes_are_asked_in_the_other_language(words: TaskSpace) -> None:
    for family in ("class-transfer", "concept"):
        task = drawn(words, family)
        assert {example.language for example in task.support} == {task.source}
        assert {example.language for example in task.query} == {task.target}
        assert {example.label for example in task.query} <= {example.label for example in task.support} == set(range(3))


def test_no_word_of_a_class_asked_translates_a_labelled_one(words: TaskSpace) -> None:
    task = drawn(words, "class-transfer")
    between = words.between(task.source, task.target)
    assert between is not None
    translations = {answer for labelled in task.support for answer in between.by_source[labelled.word]}
    queries = {labelled.word for labelled in task.query}
    assert translations
    assert queries
    assert not translations & queries


def test_a_concept_asks_for_translations_of_its_words(words: TaskSpace) -> None:
    task = drawn(words, "concept", 3)
    between = words.between(task.source, task.target)
    assert between is not None
    assert {labelled.label for labelled in task.query} == set(range(3))
    for labelled in task.query:
        support = [word.word for word in task.support if word.label == labelled.label]
        assert labelled.word in {answer for word in support for answer in between.by_source[word]}


def test_parts_of_speech_are_the_classes_where_the_dictionary_tells_them(words: TaskSpace) -> None:
    between = words.between("en", "fr")
    assert between is not None
    order = list(between.by_source)
    tags = {word: ("NOUN", "VERB", "ADJ")[place % 3] for place, word in enumerate(order)}
    tagged = replace(between, parts_of_speech=(tags, {}))
    task = WORD_FAMILIES[0].draw(tagged, sample_vectors("en"), sample_vectors("fr"), np.random.default_rng(0))
    by_label = [{tags[labelled.word] for labelled in task.support if labelled.label == label} for label in range(3)]
    assert sorted(tag for by in by_label for tag in by) == ["ADJ", "NOUN", "VERB"]  # one tag a class, each its own


def test_cycles_are_ranked_among_ends_of_paths_that_do_not_close() -> None:
    first = Dictionary.of("en", "fr", [("bank", "banque"), ("bank", "rive"), ("cat", "chat")])
    second = Dictionary.of("fr", "fi", [("banque", "pankki"), ("rive", "ranta"), ("chat", "kissa")])
    assert detours(first, second) == {"bank": ["pankki", "ranta"], "cat": ["kissa"]}
    direct = Dictionary.of("en", "fi", [("bank", "pankki"), ("cat", "kissa")])
    family = CycleRanking((1,), wrong=1).along({word: tuple(ends) for word, ends in detours(first, second).items()})
    assert family.size(direct) == 0  # some words have to be left to ask about
    seven = [(f"a{n}", f"b{n}") for n in range(7)]
    ends = {a: (b, f"wrong{n}") for n, (a, b) in enumerate(seven)}
    target = Vectors("fi", tuple(word for pair in ends.values() for word in pair), np.eye(14, dtype=np.float32))
    source = Vectors("en", tuple(ends), np.eye(14, dtype=np.float32)[:7])
    dictionary = Dictionary.of("en", "fi", seven)
    task = family.along(ends).draw(dictionary, source, target, np.random.default_rng(0))
    assert {(example.source, example.target) for example in (*task.support, *task.query) if not example.holds} == {
        (a, wrong) for a, (_, wrong) in ends.items()
    }


def test_every_cycle_has_one_right_end_first_and_as_many_wrong(words: TaskSpace) -> None:
    kind = next(kind for kind in words.kinds if kind.family.name == "cycle-ranking")
    task = words.draw(kind, np.random.default_rng(0))
    direct = words.between(task.source, task.target)
    assert direct is not None
    assert task.listed == 4
    assert task.query
    assert len(task.query) % 4 == 0
    for start in range(0, len(task.query), 4):
        right, *wrong = task.query[start : start + 4]
        assert right.target in direct.by_source[right.source]
        assert {example.source for example in wrong} == {right.source}
        assert not {example.target for example in wrong} & {*direct.by_source[right.source]}


def test_a_list_becomes_one_row_of_an_episode(space: TaskSpace) -> None:
    cycles = replace(space, families=(CycleRanking((10,), 20, 3),))
    task = cycles.task(0, seed=0)
    made = episode(task, space.vectors)
    assert len(made.query.y) > 0
    assert made.query.x.shape == (len(task.query) // 4, 4, len(FEATURES))
    assert made.query.y.tolist() == [[1, 0, 0, 0]] * len(made.query.y)


def test_relatives_are_translations_of_synonyms_and_no_translations() -> None:
    dictionary = Dictionary.of("en", "fr", [("big", "grand"), ("tall", "grand"), ("tall", "haut"), ("cat", "chat")])
    assert relatives(dictionary) == {"big": ("haut",), "tall": (), "cat": ()}


def test_similarity_has_degrees_between_a_translation_and_nothing(words: TaskSpace) -> None:
    kind = next(kind for kind in words.kinds if kind.family.name == "similarity")
    task = words.draw(kind, np.random.default_rng(0))
    assert {part.truth for part in (*task.support, *task.query)} == {0.0, 0.5, 1.0}
    assert task.seeds
    assert all(example.truth == 1 for example in task.seeds)


def test_an_invariance_query_asks_for_even_odds(words: TaskSpace) -> None:
    task = drawn(words, "invariance")
    made = word_episode(task, words.vectors, Hub.of(words), 3)
    assert set(map(tuple, made.query.y.tolist())) == {(0.5, 0.5, 0.0)}
    assert made.support.y.sum(dim=0).tolist() == [5, 5, 0]


def test_known_pairs_carry_words_near_their_translations(words: TaskSpace) -> None:
    hub = Hub.of(words)
    task = drawn(words, "class-transfer")
    made = word_episode(task, words.vectors, hub, 3)
    assert made.support.x.norm(dim=1).tolist() == pytest.approx([1.0] * len(task.support), abs=1e-3)
    centre = torch.stack([made.support.x[made.support.y[:, label] > 0].mean(dim=0) for label in range(3)])
    right = (made.query.x @ centre.T).argmax(dim=1) == made.query.y.argmax(dim=1)
    assert right.float().mean() > 0.5  # a third by chance


def test_a_held_out_language_takes_no_part_in_tasks_about_words_or_in_detours(words: TaskSpace) -> None:
    without = replace(words, held_out=frozenset({"fr"}))
    assert {(kind.source, kind.target) for kind in without.word_kinds} == {("en", "fi"), ("fi", "en")}
    assert {kind.family.name for kind in without.kinds} == {"similarity"}  # cycles need a third language
    assert set(Hub.of(without).rotations) == {"en", "fi"}


def test_episodes_about_words_have_one_size_of_truth(words: TaskSpace) -> None:
    made = episodes_of(words, Settings(model="words", episodes=9, ways=5))
    assert {episode.support.y.shape[1] for episode in made} == {5}
    assert {episode.family for episode in made} == {"class-transfer", "concept", "invariance"}
    assert {episode.weight for episode in made} == {1.0, 0.3}
    only = episodes_of(words, Settings(model="words", episodes=3, families=("concept",)))
    assert {episode.family for episode in only} == {"concept"}
    with pytest.raises(VocabularyError, match="found the families nonsense"):
        episodes_of(words, Settings(families=("nonsense",)))


def test_all_families_of_candidates_can_be_named(space: TaskSpace) -> None:
    assert {family.name for family in OF_CANDIDATES} == {"word-mapping", "hidden-edge", "cycle-ranking", "similarity"}
    (made,) = episodes_of(space, Settings(episodes=1, families=("hidden-edge",)))
    assert made.family == "hidden-edge"
    assert {"residual", "same_script", "hubness", "spectrum_gap", "shared_spelling"} < set(made.descriptor)


def test_every_word_of_a_task_has_a_vector(words: TaskSpace) -> None:
    for family in (family.name for family in WORD_FAMILIES):
        task = drawn(words, family)
        ends = [end for pair in task.seeds for end in ((task.source, pair.source), (task.target, pair.target))]
        labelled = [(word.language, word.word) for word in (*task.support, *task.query)]
        assert ends
        assert labelled
        assert all(word in words.vectors.words(language) for language, word in (*ends, *labelled))
