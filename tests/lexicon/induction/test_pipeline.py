from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.reading import read_dictionary
from isogloss.data.vectors import Vectors
from isogloss.lexicon.evaluation.word_translation import evaluate
from isogloss.lexicon.induction.model import Model
from isogloss.lexicon.induction.pipeline import Induction, Settings, induce
from isogloss.lexicon.induction.translator import Translator
from tests.lexicon.conftest import QUICK, Files


@pytest.fixture(scope="module")
def test_words(files: Files) -> Dictionary:
    return read_dictionary(files.test, "en", "fr")


def test_words_outside_the_seeds_find_their_translations(translator: Translator, test_words: Dictionary) -> None:
    score = evaluate(translator, test_words).scores["muse"]
    assert score.words > 80
    assert score.precision_at_1 > 0.6
    assert score.precision_at_10 > 0.8


def test_in_a_space_turned_at_random_they_do_not(source: Vectors, target: Vectors, test_words: Dictionary) -> None:
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((100, 100)))[0]
    cosine = unit(source.rows([pair.source for pair in test_words]) @ turn.astype(np.float32)) @ unit(target.matrix).T
    gold = target.indices([pair.target for pair in test_words])
    assert (cosine.argmax(axis=1) == gold).mean() < 0.05


def test_words_spelled_alike_are_enough_for_related_languages(
    source: Vectors, target: Vectors, test_words: Dictionary
) -> None:
    induction = induce(source, target, None, replace(QUICK, goal="f1"))  # with all that is probable, sure or not
    assert induction.report["seeds"]["origin"] == "identical strings"
    best = {entry.source: entry.target for entry in induction.entries if entry.rank == 1}
    gold = {word: targets for word, targets in test_words.by_source.items() if word not in targets}
    assert np.mean([best.get(word) in targets for word, targets in gold.items()]) > 0.25


@pytest.fixture(scope="module")
def by_default(source: Vectors, target: Vectors, files: Files) -> Induction:
    return induce(source, target, read_dictionary(files.seeds, "en", "fr"))


@pytest.fixture(scope="module")
def by_itself(by_default: Induction, source: Vectors, target: Vectors) -> Translator:
    """Built with the method that is the default."""
    return Translator(by_default.model, source, target)


def test_the_default_does_better_than_the_simplest_method(
    by_itself: Translator, translator: Translator, test_words: Dictionary
) -> None:
    best, simplest = (evaluate(built, test_words).scores["muse"].precision_at_1 for built in (by_itself, translator))
    assert best > simplest + 0.03


def test_a_probability_keeps_its_promise_on_words_outside_the_seeds(
    by_itself: Translator, test_words: Dictionary
) -> None:
    gold = test_words.by_source
    best = [listed[0] for listed in by_itself.translate(list(gold), 1).values()]
    right = np.array([translation.word in gold[translation.query] for translation in best])
    promised = np.array([entry.probability for entry in best])
    assert abs(right.mean() - promised.mean()) < 0.2
    assert right[promised > np.median(promised)].mean() > right[promised <= np.median(promised)].mean()


def test_pairs_that_the_build_found_itself_are_less_sure_than_by_the_fit_to_them(
    by_default: Induction, by_itself: Translator, source: Vectors, target: Vectors, tmp_path: Path
) -> None:
    model = by_default.model
    believed = np.flatnonzero(model.optimism > 0.1)
    assert len(believed) > 20
    words = [source.words[row] for row in believed.tolist()]
    written = {entry.source: entry.probability for entry in by_default.entries if entry.rank == 1}
    model.save(tmp_path / "model")
    stored = Translator(Model.load(tmp_path / "model"), source, target)
    too_sure = Translator(replace(model, optimism=np.zeros_like(model.optimism)), source, target)
    for word in words:
        (here,), (there,), (more,) = (built.translate([word], 1)[word] for built in (by_itself, stored, too_sure))
        assert here == there
        assert here.word == more.word
        assert here.probability < more.probability
        if word in written:
            assert here.probability == pytest.approx(written[word], abs=0.01)
    assert model.reversed().reversed().optimism == pytest.approx(model.optimism)
    paired = target.words[model.pairs.target[np.isin(model.pairs.source, believed)][0]]
    (back,), (back_stored,), (sure,) = (
        built.reversed().translate([paired], 1)[paired]
        for built in (
            by_itself,
            stored,
            Translator(replace(model, backward_optimism=0 * target.matrix[:, 0]), source, target),
        )
    )
    assert back == back_stored
    assert back.probability < sure.probability


def test_the_dictionary_says_that_it_was_induced(induction: Induction) -> None:
    dictionary = induction.dictionary()
    assert (dictionary.source, dictionary.target, dictionary.origin.kind) == ("en", "fr", "induced")
    assert len(dictionary) == len(induction.entries) == induction.report["pairs"]
    assert all(0.2 <= pair.weight <= 1 and pair.evidence for pair in dictionary)


def test_shuffled_seeds_are_not_turned_into_a_lexicon(source: Vectors, target: Vectors, files: Files) -> None:
    seeds = read_dictionary(files.seeds, "en", "fr")
    targets = np.random.default_rng(1).permutation([pair.target for pair in seeds]).tolist()
    shuffled = Dictionary.of("en", "fr", zip((pair.source for pair in seeds), targets, strict=True), Origin("shuffled"))
    with pytest.raises(AlignmentError, match="near chance level"):
        induce(source, target, shuffled, QUICK)


def test_a_target_space_of_random_vectors_is_not_turned_into_a_lexicon(
    source: Vectors, target: Vectors, files: Files
) -> None:
    noise = np.random.default_rng(2).standard_normal(target.matrix.shape).astype(np.float32)
    with pytest.raises(AlignmentError, match="near chance level"):
        induce(source, Vectors("fr", target.words, noise), read_dictionary(files.seeds, "en", "fr"), QUICK)


@pytest.mark.parametrize(("alike", "doubted"), [(50, True), (300, False)])
def test_a_lexicon_of_which_only_known_words_are_alike_comes_with_a_warning(alike: int, doubted: bool) -> None:
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, 300, 20)).astype(np.float32)
    y[:alike] = x[:alike] @ np.linalg.qr(random.standard_normal((20, 20)))[0]
    source, target = (Vectors(name, tuple(f"{name}{row}" for row in range(300)), z) for name, z in (("a", x), ("b", y)))
    seeds = Dictionary.of("a", "b", [(f"a{row}", f"b{row}") for row in range(40)], Origin("mine"))
    induction = induce(source, target, seeds, Settings(method="kernel-corrected"))
    assert induction.precision > 0.9
    assert any("self-learning is near chance level" in warning for warning in induction.report["warnings"]) == doubted


def test_languages_of_different_dimensions_are_refused(source: Vectors, target: Vectors) -> None:
    narrow = Vectors("fr", target.words, target.matrix[:, :50])
    with pytest.raises(VocabularyError, match="found en vectors of 100 dimensions and fr vectors of 50"):
        induce(source, narrow, settings=QUICK)


def test_seeds_of_which_too_few_are_known_are_refused(source: Vectors, target: Vectors) -> None:
    few = Dictionary.of("en", "fr", [("cat", "chat"), ("zyzzyva", "chien"), ("chat", "cat")], Origin("few"))
    with pytest.raises(VocabularyError, match=r"few: found 1 usable seed words of 3 .* expected at least 5"):
        induce(source, target, few, QUICK)


def test_a_quick_build_trains_on_fewer_words_and_without_self_training(source: Vectors, target: Vectors) -> None:
    quick, normal, own = Settings(effort="quick"), Settings(), Settings(cut=3, effort="thorough")
    assert (quick.frequent, normal.frequent, own.frequent) == (10_000, 20_000, 3)
    assert (quick.recipe().self_training_rounds, normal.recipe().self_training_rounds) == (0, 1)
    assert Settings("muse", effort="quick").recipe().name == "muse"
    with pytest.raises(VocabularyError, match="unknown effort 'lazy', expected one of quick, normal, thorough"):
        induce(source, target, None, Settings(effort="lazy"))


def test_an_unknown_method_is_refused(source: Vectors, target: Vectors) -> None:
    with pytest.raises(VocabularyError, match="unknown method 'magic', expected auto or one of procrustes"):
        induce(source, target, settings=Settings(method="magic"))


def test_from_a_handful_of_seeds_the_default_finds_most_words(
    source: Vectors, target: Vectors, files: Files, test_words: Dictionary
) -> None:
    whole = read_dictionary(files.seeds, "en", "fr")
    few = Dictionary("en", "fr", tuple(whole)[:25], whole.origin)
    induction = induce(source, target, few)
    report = induction.report
    assert report["ranker"] == "pre-trained on en, fi, fr, ja"
    assert [round_["pairs"] for round_ in report["self_training"]] == sorted(
        round_["pairs"] for round_ in report["self_training"]
    )
    assert {trial["start"] for trial in report["trials"]} >= {"seeds", "seeds, profiles", "random pairs"}
    plain = induce(source, target, few, QUICK)
    scores = [
        evaluate(Translator(built.model, source, target), test_words).scores["muse"].precision_at_1
        for built in (plain, induction)
    ]
    assert scores[1] > scores[0] + 0.2
    assert scores[1] > 0.5
