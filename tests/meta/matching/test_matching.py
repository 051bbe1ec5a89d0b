"""The matching prior, trained on the sample without Japanese and tried on Japanese."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from isogloss.cli import app
from isogloss.data.compute import as_tensor
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError, OutputError, VocabularyError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import FEATURES, OF_PAIR, RELATIVE
from isogloss.lexicon.ranking.ranker import columns_of
from isogloss.lexicon.ranking.training import adapted, adapted_weights, forward, network_inputs, ranking_loss
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.self_learning.training_pairs import TrainingPairs
from isogloss.lexicons import build_lexicon
from isogloss.meta.learners.memory import Memory
from isogloss.meta.matching.multilingual_mean import MultilingualMean
from isogloss.meta.matching.prior import FILE, MAX_ROUNDS, MAX_STARTS, MatchingPrior, load, match_words, save
from isogloss.meta.matching.prior_training import PriorSettings, train_prior
from isogloss.meta.matching.ranker_training import RankerTraining, ranking_examples, relative_features
from isogloss.meta.matching.ranking_task import RankingTask
from isogloss.meta.matching.soft_assignment import PAIR_FEATURES, MatchingProblem, csls, mutual_nearest, soft_assignment
from isogloss.meta.matching.training_cases import draw_seeds, training_cases
from isogloss.meta.matching.word_descriptors import LIMIT, word_descriptors
from tests.meta.conftest import small
from tests.meta.tasks.test_tasks import Poison

KNOWN = ("en", "fi", "fr")
QUICK = PriorSettings(counts=(25,), words=500, rounds=4, ranked=25, vocabulary=600, steps=10, third=False)
Dictionaries = dict[tuple[str, str], Dictionary]
T = TypeVar("T")


def cut(language: str) -> Vectors:
    """Some frequent words and those that can be translated from or into English."""
    other = ("en",) if language != "en" else ("fi", "fr", "ja")
    words = {pair.source for target in other for pair in sample_dictionary(language, target).lowercased()}
    return small(language, words, most=150)


@pytest.fixture(scope="module")
def tables() -> dict[str, Vectors]:
    return {language: cut(language) for language in KNOWN}


@pytest.fixture(scope="module")
def dictionaries() -> Dictionaries:
    return {("en", other): sample_dictionary("en", other) for other in ("fi", "fr")}


@pytest.fixture(scope="module")
def prior(tables: dict[str, Vectors], dictionaries: Dictionaries) -> MatchingPrior:
    """Trained while Japanese is there, whose data raise an error when they are read."""
    poisoned = {**dictionaries, ("en", "ja"): Poison(), ("fr", "ja"): Poison()}
    return train_prior(poisoned, {**tables, "ja": Poison()}, held_out=("ja",), settings=QUICK)  # type: ignore[arg-type, dict-item]


@pytest.fixture(scope="module")
def japanese() -> tuple[Space, Seeds, Seeds]:
    """English and Japanese, 25 seeds, and the other known pairs."""
    space = Space.of(cut("en"), cut("ja"), 5)
    gold = Seeds.of(sample_dictionary("en", "ja"), space.source, space.target)
    seeds = draw_seeds(gold, 25, np.random.default_rng(0))
    return space, seeds, gold.without(seeds.source)


def right(pairs: Seeds, gold: Seeds) -> int:
    return sum(target in gold.gold.get(source, ()) for source, target in zip(pairs.source, pairs.target, strict=True))


def test_a_held_out_language_reaches_nothing(prior: MatchingPrior) -> None:
    assert prior.languages == KNOWN
    assert prior.name == "matching prior of en, fi, fr"
    assert prior.weights.rounds.shape[1:] == (len(PAIR_FEATURES), 3)
    assert all(set(label.split()[1:]) < set(KNOWN) for label in prior.memory.labels)


def test_a_prior_finds_more_pairs_of_an_unseen_language_than_its_seeds_do(
    prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]
) -> None:
    space, seeds, gold = japanese
    initial = prior.initial_pairs(space, seeds)
    maps = orthogonal(space.x[seeds.source], space.y[seeds.target])
    x, y = space.mapped(maps)
    plain = retrieve(x[:500], y[:500], 1).mutual()
    assert right(initial, gold) > 2 * right(Seeds(*plain.T), gold)


def test_rotating_a_language_changes_nothing(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> None:
    space, seeds, _ = japanese
    rotation = np.linalg.qr(np.random.default_rng(3).standard_normal((space.y.shape[1],) * 2))[0].astype(np.float32)
    rotated = prior.initial_pairs(replace(space, y=space.y @ rotation), seeds)
    original = prior.initial_pairs(space, seeds)
    expected = {*zip(*map(tuple, (original.source, original.target)), strict=True)}
    pairs = {*zip(*map(tuple, (rotated.source, rotated.target)), strict=True)}
    assert len(expected & pairs) > 0.95 * len(expected)


def test_word_descriptors_are_standardised_and_the_same_after_a_rotation() -> None:
    x = Space.of(sample_vectors("fr").first(400), sample_vectors("fr").first(400), 5).x
    rotation = np.linalg.qr(np.random.default_rng(1).standard_normal((x.shape[1],) * 2))[0].astype(np.float32)
    original, rotated = word_descriptors(x, 300), word_descriptors(np.ascontiguousarray(x @ rotation), 300)
    assert original.shape == rotated.shape
    assert (original - rotated).abs().median() < 1e-3
    assert original.abs().max() <= LIMIT


def test_an_assignment_is_the_probability_that_both_words_choose_each_other() -> None:
    score = torch.tensor([[9.0, 0.0], [0.0, 9.0], [0.0, 0.0]])
    assignment = soft_assignment(score)
    assert ((assignment >= 0) & (assignment.sum(dim=1)[:, None] <= 1)).all()
    assert mutual_nearest(score).tolist() == [[0, 0], [1, 1]]
    assert assignment[0, 0] > 0.99 > assignment[2, 0]


def test_seeds_beyond_the_frequent_words_count(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> None:
    space, seeds, _ = japanese
    far = Seeds(np.append(seeds.source, len(space.x) - 1), np.append(seeds.target, len(space.y) - 1))
    descriptors = word_descriptors(space.x, 200), word_descriptors(space.y, 300)
    problem = MatchingProblem.of(space.x, space.y, far, descriptors, prior.weights.metric)
    assert problem.seed_count == 26
    assert problem.features(None).shape == (len(PAIR_FEATURES), 200, 300)


def test_a_soft_assignment_can_start_from_given_pairs(
    prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]
) -> None:
    space, seeds, gold = japanese
    descriptors = word_descriptors(space.x, 200), word_descriptors(space.y, 300)
    problem = MatchingProblem.of(space.x, space.y, seeds, descriptors, prior.weights.metric)
    far = Seeds(np.array([3, 200, 5]), np.array([4, 7, 300]))
    assert problem.certain(far).nonzero().tolist() == [[3, 4]]
    assert right(match_words(prior.weights, problem, gold), gold) > right(match_words(prior.weights, problem), gold)


class Starts:
    """A progress that keeps how many rounds each soft assignment may take."""

    def __init__(self) -> None:
        self.rounds: list[int | None] = []

    def __call__(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        if description == "Matching words":
            self.rounds.append(total)
        return iter(items)


def test_self_learning_that_finds_nothing_clear_starts_again_from_its_pairs(prior: MatchingPrior) -> None:
    space = Space.of(cut("en").first(500), cut("ja").first(500), 5)
    gold = Seeds.of(sample_dictionary("en", "ja"), space.source, space.target)
    seeds = draw_seeds(gold, 25, np.random.default_rng(0))
    clear, unclear = Starts(), Starts()
    prior.initial_pairs(space, seeds, progress=clear)
    noise = unit(np.random.default_rng(0).standard_normal(space.y.shape).astype(np.float32))
    prior.initial_pairs(replace(space, y=noise), seeds, progress=unclear)
    assert clear.rounds == [MAX_ROUNDS]
    assert unclear.rounds == [MAX_ROUNDS] + [MAX_ROUNDS - 1] * (MAX_STARTS - 1)  # the first map is fitted to the pairs


def test_csls_is_that_of_the_lexicon() -> None:
    random = np.random.default_rng(0)
    x, y = (random.standard_normal((60, 8)).astype(np.float32) for _ in range(2))
    x, y = unit(x), unit(y)
    best = csls(as_tensor(x), as_tensor(y)).max(dim=1)
    exact = retrieve(x, y, 1)
    assert (best.indices.numpy() == exact.forward.rows[:, 0]).mean() > 0.95
    assert np.allclose(best.values.numpy(), exact.forward.scores[:, 0], atol=0.02)


def test_cases_hold_out_languages_and_infer_what_no_dictionary_has(
    tables: dict[str, Vectors], dictionaries: Dictionaries
) -> None:
    both = {**dictionaries, ("fi", "en"): dictionaries["en", "fi"].reversed()}
    cases = training_cases(both, tables, np.random.default_rng(0), counts=(10, 25))
    assert {tuple(sorted((case.source, case.target))) for case in cases} == {("en", "fi"), ("en", "fr"), ("fi", "fr")}
    assert len(cases) == 6
    assert sorted(len(case.seeds.words) for case in cases) == [10, 10, 10, 25, 25, 25]
    direct = training_cases(both, tables, np.random.default_rng(0), auxiliary=False)
    assert {(case.source, case.target) for case in direct} <= {("en", "fr"), ("en", "fi"), ("fi", "en")}
    with pytest.raises(VocabularyError, match="no two languages with vectors of one size and 60 translations"):
        training_cases(both, tables, np.random.default_rng(0), held_out=("en",))


def test_no_query_word_is_a_seed(tables: dict[str, Vectors], dictionaries: Dictionaries) -> None:
    cases = list(training_cases(dictionaries, tables, np.random.default_rng(4)))
    assert cases
    for case in cases:
        source, target = case.query(500, 500)
        assert not np.isin(source.numpy(), case.seeds.source).any()
        assert not np.isin(target.numpy(), case.seeds.target).any()


@pytest.fixture(scope="module")
def tasks(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> tuple[RankingTask, ...]:
    """Candidates of the other words in fits to 25 seeds and the initial pairs, before and after self-training."""
    space, seeds, gold = japanese
    training_pairs = TrainingPairs.self_learned(seeds, prior.initial_pairs(space, seeds))
    return tuple(
        RankingTask(("en", "ja"), relative_features(examples))
        for examples in ranking_examples(space, training_pairs, gold)
    )


def test_a_task_has_the_candidates_of_all_words_of_the_dictionary_on_their_own_scale(
    tasks: tuple[RankingTask, ...], japanese: tuple[Space, Seeds, Seeds]
) -> None:
    *_, gold = japanese
    assert len(tasks) == 2
    for examples in (task.examples for task in tasks):
        assert set(examples.words.tolist()) == set(gold.words.tolist())
        assert 0.2 < examples.truth.any(axis=1).mean() <= 1
        columns = [FEATURES.index(name) for name in RELATIVE if name in OF_PAIR]  # third languages there are none
        scaled = examples.features[..., columns].reshape(-1, len(columns))
        np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-2)


def test_no_steps_leave_the_pooled_ranker_and_more_change_it(tasks: tuple[RankingTask, ...]) -> None:
    training = RankerTraining(tasks)
    start = training.pooled
    same, other = (training.meta_trained(steps=steps) for steps in (0, 3))
    assert all((same.weights[name] == value).all() for name, value in start.weights.items())
    assert not all((other.weights[name] == value).all() for name, value in start.weights.items())
    assert start.relative
    assert other.relative


def test_held_out_languages_choose_the_number_of_steps(tasks: tuple[RankingTask, ...]) -> None:
    assert RankerTraining(tasks).best_step_count() == 0, "nothing is left when either language is left out"
    others = [replace(task, languages=("de", "fi")) for task in tasks]
    assert RankerTraining([*tasks, *others]).best_step_count(choices=(2, 4)) in (2, 4)


def test_adapting_a_ranker_makes_new_weights_that_fit_the_seeds_better(prior: MatchingPrior) -> None:
    start = prior.ranker
    assert start is not None
    random = np.random.default_rng(0)
    features = np.zeros((12, 5, len(FEATURES)), np.float32)
    features[..., columns_of(start.features)] = start.centre + start.spread * random.standard_normal(
        (12, 5, len(start.centre))
    )
    truth = np.arange(5) == random.integers(5, size=(12, 1))
    before = {name: value.copy() for name, value in start.weights.items()}
    own = adapted(start, features, truth)
    assert all((start.weights[name] == value).all() for name, value in before.items())
    assert not any(np.shares_memory(own.weights[name], start.weights[name]) for name in before)
    gold = as_tensor(truth.astype(np.float32))
    assert ranking_loss(as_tensor(own.logits(features)), gold) < ranking_loss(as_tensor(start.logits(features)), gold)


def test_the_second_order_gradient_is_that_of_finite_differences(prior: MatchingPrior) -> None:
    assert prior.ranker is not None
    random = np.random.default_rng(2)
    features = random.standard_normal((6, 4, len(FEATURES))).astype(np.float32)
    features[..., columns_of(prior.ranker.features)] += prior.ranker.centre
    inputs = network_inputs(prior.ranker, features).double()
    gold = torch.eye(4, dtype=torch.float64)[as_tensor(random.integers(4, size=6))]
    weights = {name: torch.tensor(value, dtype=torch.float64) for name, value in prior.ranker.weights.items()}

    def value(bias: torch.Tensor) -> torch.Tensor:
        start = {
            **{name: parameter.clone().requires_grad_() for name, parameter in weights.items()},
            "first.bias": bias,
        }
        own = adapted_weights(start, inputs[:3], gold[:3], second_order=True)
        return ranking_loss(forward(own, inputs[3:]), gold[3:])

    bias = weights["first.bias"].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(value(bias), bias)
    step = torch.zeros_like(bias)
    step[5] = 1e-5
    measured = (value((bias + step).detach().requires_grad_()) - value((bias - step).detach().requires_grad_())) / 2e-5
    assert torch.allclose(gradient[5], measured, rtol=1e-4, atol=1e-9)


def test_a_prior_is_the_same_after_saving_and_loading(prior: MatchingPrior, tmp_path: Path) -> None:
    save(prior, tmp_path)
    loaded = load(tmp_path)
    assert torch.equal(loaded.weights.rounds, prior.weights.rounds)
    assert torch.equal(loaded.weights.metric, prior.weights.metric)
    assert set(loaded.means) == {"en", "fi", "fr"}
    for language, mean in prior.means.items():
        assert loaded.means[language].words == mean.words
        np.testing.assert_allclose(loaded.means[language].vectors, mean.vectors, atol=1e-3)
    assert loaded.ranker is not None
    assert prior.ranker is not None
    assert all((loaded.ranker.weights[name] == value).all() for name, value in prior.ranker.weights.items())
    with pytest.raises(OutputError):
        save(prior, tmp_path)


def test_a_file_that_is_no_whole_prior_is_refused(tmp_path: Path, prior: MatchingPrior) -> None:
    with pytest.raises(
        CheckpointError, match="expected a model of other languages; make one with: isogloss meta train"
    ):
        load(tmp_path)
    path = save(prior, tmp_path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="a damaged file"):
        load(tmp_path / FILE)
    short = replace(prior, means={"en": MultilingualMean(("one", "word"), np.ones((3, 4), np.float32))})
    save(short, tmp_path, force=True)
    with pytest.raises(CheckpointError, match=r"found 2 words of en and vectors of shape \(3, 4\), expected one each"):
        load(tmp_path)


def test_a_lexicon_built_with_a_prior_names_it_in_report_and_graph(
    prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds], tmp_path: Path
) -> None:
    space, seeds, _ = japanese
    files = {}
    for vectors in (space.source, space.target):
        files[vectors.language] = tmp_path / f"{vectors.language}.safetensors"
        write_vectors(vectors, files[vectors.language])
    rows = zip(seeds.source.tolist(), seeds.target.tolist(), strict=True)
    lines = [f"{space.source.words[source]}\t{space.target.words[target]}\n" for source, target in rows]
    (tmp_path / "seeds.tsv").write_text("".join(lines), encoding="utf-8")
    assert prior.ranker is not None
    nowhere = {name: torch.zeros(value.shape) for name, value in prior.ranker.weights.items()}
    memory = Memory(1, gate=1.0).write("ranking en fi", {"effective_rank": 0.5}, nowhere)
    save(replace(prior, memory=memory, third=None), tmp_path / "prior")
    arguments = ["lexicon", "build", "en", "ja", "--seeds", tmp_path / "seeds.tsv", "--out", tmp_path / "built"]
    arguments += ["--source-vectors", files["en"], "--target-vectors", files["ja"], "--graph", tmp_path / "words.db"]
    result = CliRunner().invoke(app, [*map(str, arguments), "--prior", str(tmp_path / "prior"), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["prior"] == prior.name
    assert report["ranker_near"] == {"en fi": 1.0}
    assert any(trial["start"] == prior.name for trial in report["trials"])
    with contextlib.closing(sqlite3.connect(tmp_path / "words.db")) as graph:
        ((settings,),) = graph.execute("SELECT settings FROM run").fetchall()
    assert json.loads(settings)["prior"] == prior.name


def test_a_path_that_holds_no_prior_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    vectors = sample_vectors("en").first(50)
    with pytest.raises(CheckpointError, match="expected a model of other languages"):
        build_lexicon(vectors, vectors, prior=tmp_path)
