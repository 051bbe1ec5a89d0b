"""What other languages teach about matching words, learned on the sample without Japanese and tried on Japanese."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from isogloss.cli import app
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import CheckpointError, OutputError, VocabularyError
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.lexicon.alignment.procrustes import orthogonal
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking.features import FEATURES, RELATIVE
from isogloss.lexicon.ranking.ranker import adapted, descend, forward, standardised, surprise
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.self_learning.growth import Grown, Growth, Start
from isogloss.lexicon.self_learning.training_pairs import Evidence
from isogloss.lexicons import build_lexicon
from isogloss.meta.learners.memory import Memory, languages_of
from isogloss.meta.matching import prior as proposing
from isogloss.meta.matching.belief import CHANNELS, Matching, beliefs, csls, mutual
from isogloss.meta.matching.cases import cases_of, drawn
from isogloss.meta.matching.consensus import Consensus
from isogloss.meta.matching.learning import Weights
from isogloss.meta.matching.lessons import Curriculum, matching_prior
from isogloss.meta.matching.prior import FILE, MatchingPrior, load, propose, save
from isogloss.meta.matching.ranker_lesson import Lesson
from isogloss.meta.matching.reranking import Course, candidates, relative
from isogloss.meta.matching.word_descriptors import standing
from tests.meta.conftest import small
from tests.meta.tasks.test_tasks import Poison

KNOWN = ("en", "fi", "fr")
QUICK = Curriculum(counts=(25,), words=500, rounds=4, ranked=25, vocabulary=600, steps=10)
Dictionaries = dict[tuple[str, str], Dictionary]


def cut(language: str) -> Vectors:
    """Some frequent words and those that can be translated from or into English."""
    other = ("en",) if language != "en" else ("fi", "fr", "ja")
    words = {pair.source for each in other for pair in sample_dictionary(language, each).lowercased()}
    return small(language, words, most=150)


@pytest.fixture(scope="module")
def tables() -> dict[str, Vectors]:
    return {language: cut(language) for language in KNOWN}


@pytest.fixture(scope="module")
def given() -> Dictionaries:
    return {("en", other): sample_dictionary("en", other) for other in ("fi", "fr")}


@pytest.fixture(scope="module")
def prior(tables: dict[str, Vectors], given: Dictionaries) -> MatchingPrior:
    """Japanese is there while it is learned, and breaks what looks at it."""
    poisoned = {**given, ("en", "ja"): Poison(), ("fr", "ja"): Poison()}
    return matching_prior(poisoned, {**tables, "ja": Poison()}, held_out=("ja",), curriculum=QUICK)  # type: ignore[arg-type, dict-item]


@pytest.fixture(scope="module")
def japanese() -> tuple[Space, Seeds, Seeds]:
    """English and Japanese, 25 seeds, and the other known pairs."""
    space = Space.of(cut("en"), cut("ja"), 5)
    gold = Seeds.of(sample_dictionary("en", "ja"), space.source, space.target)
    seeds = drawn(gold, 25, np.random.default_rng(0))
    return space, seeds, gold.without(seeds.source)


def right(pairs: Seeds, gold: Seeds) -> int:
    return sum(target in gold.gold.get(source, ()) for source, target in zip(pairs.source, pairs.target, strict=True))


def test_a_held_out_language_reaches_nothing(prior: MatchingPrior) -> None:
    assert prior.languages == KNOWN
    assert prior.name == "matching prior of en, fi, fr"
    assert prior.weights.rounds.shape[1:] == (len(CHANNELS), 3)
    assert all(set(languages_of(label)) < set(KNOWN) for label in prior.memory.labels)


def test_a_prior_finds_more_pairs_of_an_unseen_language_than_its_seeds_do(
    prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]
) -> None:
    space, seeds, gold = japanese
    proposed = prior.propose(space, seeds)
    maps = orthogonal(space.x[seeds.source], space.y[seeds.target])
    x, y = space.mapped(maps)
    plain = retrieve(x[:500], y[:500], 1).mutual()
    assert right(proposed, gold) > 2 * right(Seeds(*plain.T), gold)


def test_turning_a_language_changes_nothing(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> None:
    space, seeds, _ = japanese
    turn = np.linalg.qr(np.random.default_rng(3).standard_normal((space.y.shape[1],) * 2))[0].astype(np.float32)
    turned = prior.propose(replace(space, y=space.y @ turn), seeds)
    straight = prior.propose(space, seeds)
    same = {*zip(*map(tuple, (straight.source, straight.target)), strict=True)}
    found = {*zip(*map(tuple, (turned.source, turned.target)), strict=True)}
    assert len(same & found) > 0.95 * len(same)


def test_standing_is_standardised_and_blind_to_rotation() -> None:
    x = Space.of(sample_vectors("fr").first(400), sample_vectors("fr").first(400), 5).x
    turn = np.linalg.qr(np.random.default_rng(1).standard_normal((x.shape[1],) * 2))[0].astype(np.float32)
    straight, turned = standing(x, 300), standing(np.ascontiguousarray(x @ turn), 300)
    assert straight.shape == turned.shape
    assert (straight - turned).abs().median() < 1e-3
    assert straight.abs().max() <= 4.0


def test_a_belief_is_the_chance_that_both_choose_each_other() -> None:
    score = torch.tensor([[9.0, 0.0], [0.0, 9.0], [0.0, 0.0]])
    believed = beliefs(score)
    assert ((believed >= 0) & (believed.sum(dim=1)[:, None] <= 1)).all()
    assert mutual(score).tolist() == [[0, 0], [1, 1]]
    assert believed[0, 0] > 0.99 > believed[2, 0]


def test_seeds_beyond_the_frequent_words_count(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> None:
    space, seeds, _ = japanese
    far = Seeds(np.append(seeds.source, len(space.x) - 1), np.append(seeds.target, len(space.y) - 1))
    described = standing(space.x, 200), standing(space.y, 300)
    found = Matching.of(space.x, space.y, far, described, prior.weights.metric)
    assert found.count == 26
    assert found.channels(None).shape == (len(CHANNELS), 200, 300)


def test_beliefs_begin_with_pairs_that_were_found(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> None:
    space, seeds, gold = japanese
    described = standing(space.x, 200), standing(space.y, 300)
    matching = Matching.of(space.x, space.y, seeds, described, prior.weights.metric)
    far = Seeds(np.array([3, 200, 5]), np.array([4, 7, 300]))
    assert matching.believed(far).nonzero().tolist() == [[3, 4]]
    assert right(propose(prior.weights, matching, gold), gold) > right(propose(prior.weights, matching), gold)


def test_growth_that_finds_nothing_clear_is_believed_anew(
    prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds], monkeypatch: pytest.MonkeyPatch
) -> None:
    space, seeds, gold = japanese
    given, turns = list[Seeds](), iter([False, True])

    def believing(_weights: Weights, _matching: Matching, found: Seeds, **_: object) -> Seeds:
        given.append(found)
        return gold

    def growing(_space: Space, choices: Sequence[Start], **_: object) -> Growth:
        clear = next(turns)
        grown = replace(Grown.begun(choices[0]), agreement=float(clear))
        return Growth(grown, [grown], grown, clear)

    monkeypatch.setattr(proposing, "propose", believing)
    monkeypatch.setattr(proposing, "self_learned", growing)
    assert len(prior.propose(space, seeds)) == len(seeds.with_those(gold)) - len(seeds)
    assert [len(each) for each in given] == [0, len(seeds.with_those(gold)) - len(seeds)]


def test_csls_is_that_of_the_lexicon() -> None:
    random = np.random.default_rng(0)
    x, y = (random.standard_normal((60, 8)).astype(np.float32) for _ in range(2))
    x, y = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (x, y))
    found = csls(torch.from_numpy(x), torch.from_numpy(y)).max(dim=1)
    exact = retrieve(x, y, 1)
    assert (found.indices.numpy() == exact.forward.rows[:, 0]).mean() > 0.95
    assert np.allclose(found.values.numpy(), exact.forward.scores[:, 0], atol=0.02)


def test_cases_hold_out_languages_and_infer_what_no_dictionary_has(
    tables: dict[str, Vectors], given: Dictionaries
) -> None:
    both = {**given, ("fi", "en"): given["en", "fi"].reversed()}
    cases = cases_of(both, tables, np.random.default_rng(0), counts=(10, 25))
    assert {tuple(sorted((case.source, case.target))) for case in cases} == {("en", "fi"), ("en", "fr"), ("fi", "fr")}
    assert len(cases) == 6
    assert sorted(len(case.seeds.words) for case in cases) == [10, 10, 10, 25, 25, 25]
    direct = cases_of(both, tables, np.random.default_rng(0), auxiliary=False)
    assert {(case.source, case.target) for case in direct} <= {("en", "fr"), ("en", "fi"), ("fi", "en")}
    with pytest.raises(VocabularyError, match="no two languages with vectors of one size and 60 translations"):
        cases_of(both, tables, np.random.default_rng(0), held_out=("en",))


def test_no_asked_word_is_a_seed(tables: dict[str, Vectors], given: Dictionaries) -> None:
    for case in cases_of(given, tables, np.random.default_rng(4)):
        source, target = case.wanted(500, 500)
        assert not np.isin(source.numpy(), case.seeds.source).any()
        assert not np.isin(target.numpy(), case.seeds.target).any()


@pytest.fixture(scope="module")
def lessons(prior: MatchingPrior, japanese: tuple[Space, Seeds, Seeds]) -> tuple[Lesson, ...]:
    """What fits to 25 seeds and the proposed pairs leave of the other words, before and after the harvest."""
    space, seeds, gold = japanese
    evidence = Evidence.of_found(seeds, prior.propose(space, seeds))
    return tuple(Lesson(("en", "ja"), relative(found)) for found in candidates(space, evidence, gold))


def test_a_lesson_has_the_candidates_of_all_known_words_by_their_own_scale(
    lessons: tuple[Lesson, ...], japanese: tuple[Space, Seeds, Seeds]
) -> None:
    *_, gold = japanese
    assert len(lessons) == 2
    for found in (each.examples for each in lessons):
        assert set(found.words.tolist()) == set(gold.words.tolist())
        assert 0.2 < found.truth.any(axis=1).mean() <= 1
        scaled = found.features[..., [FEATURES.index(name) for name in RELATIVE]].reshape(-1, len(RELATIVE))
        np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-2)


def test_no_steps_leave_the_pooled_ranker_and_more_change_it(lessons: tuple[Lesson, ...]) -> None:
    course = Course(lessons)
    start = course.pooled
    same, other = (course.meta_learned(steps=steps) for steps in (0, 3))
    assert all((same.weights[name] == value).all() for name, value in start.weights.items())
    assert not all((other.weights[name] == value).all() for name, value in start.weights.items())
    assert start.relative
    assert other.relative


def test_languages_left_out_choose_the_number_of_steps(lessons: tuple[Lesson, ...]) -> None:
    assert Course(lessons).steps_chosen() == 0, "nothing is left when either language is left out"
    others = [replace(each, languages=("de", "fi")) for each in lessons]
    assert Course([*lessons, *others]).steps_chosen(choices=(2, 4)) in (2, 4)


def test_adapting_a_ranker_makes_new_weights_that_fit_the_seeds_better(prior: MatchingPrior) -> None:
    start = prior.ranker
    assert start is not None
    random = np.random.default_rng(0)
    features = (start.centre + start.spread * random.standard_normal((12, 5, len(start.centre)))).astype(np.float32)
    truth = np.arange(5) == random.integers(5, size=(12, 1))
    before = {name: value.copy() for name, value in start.weights.items()}
    found = adapted(start, features, truth)
    assert all((start.weights[name] == value).all() for name, value in before.items())
    assert not any(np.shares_memory(found.weights[name], start.weights[name]) for name in before)
    wanted = torch.from_numpy(truth.astype(np.float32))
    assert surprise(torch.from_numpy(found.logits(features)), wanted) < surprise(
        torch.from_numpy(start.logits(features)), wanted
    )


def test_the_second_order_gradient_is_that_of_finite_differences(prior: MatchingPrior) -> None:
    assert prior.ranker is not None
    random = np.random.default_rng(2)
    features = (prior.ranker.centre + random.standard_normal((6, 4, len(FEATURES)))).astype(np.float32)
    inputs = standardised(prior.ranker, features).double()
    wanted = torch.eye(4, dtype=torch.float64)[torch.from_numpy(random.integers(4, size=6))]
    weights = {name: torch.tensor(value, dtype=torch.float64) for name, value in prior.ranker.weights.items()}

    def value(bias: torch.Tensor) -> torch.Tensor:
        start = {**{name: each.clone().requires_grad_() for name, each in weights.items()}, "first.bias": bias}
        own = descend(start, inputs[:3], wanted[:3], second_order=True)
        return surprise(forward(own, inputs[3:]), wanted[3:])

    bias = weights["first.bias"].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(value(bias), bias)
    step = torch.zeros_like(bias)
    step[5] = 1e-5
    measured = (value((bias + step).detach().requires_grad_()) - value((bias - step).detach().requires_grad_())) / 2e-5
    assert torch.allclose(gradient[5], measured, rtol=1e-4, atol=1e-9)


def test_a_prior_comes_back_from_its_file(prior: MatchingPrior, tmp_path: Path) -> None:
    save(prior, tmp_path)
    found = load(tmp_path)
    assert torch.equal(found.weights.rounds, prior.weights.rounds)
    assert torch.equal(found.weights.metric, prior.weights.metric)
    assert set(found.consensus) == {"en", "fi", "fr"}
    for language, each in prior.consensus.items():
        assert found.consensus[language].words == each.words
        np.testing.assert_allclose(found.consensus[language].vectors, each.vectors, atol=1e-3)
    assert found.ranker is not None
    assert prior.ranker is not None
    assert all((found.ranker.weights[name] == value).all() for name, value in prior.ranker.weights.items())
    with pytest.raises(OutputError):
        save(prior, tmp_path)


def test_what_is_no_prior_is_refused(tmp_path: Path, prior: MatchingPrior) -> None:
    with pytest.raises(CheckpointError, match="found no file, expected a prior; make one with: isogloss meta prior"):
        load(tmp_path)
    path = save(prior, tmp_path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CheckpointError, match="found a damaged file"):
        load(tmp_path / FILE)
    short = replace(prior, consensus={"en": Consensus(("one", "word"), np.ones((3, 4), np.float32))})
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
    save(replace(prior, memory=memory), tmp_path / "prior")
    arguments = ["lexicon", "build", "en", "ja", "--seeds", tmp_path / "seeds.tsv", "--out", tmp_path / "built"]
    arguments += ["--source-vectors", files["en"], "--target-vectors", files["ja"], "--graph", tmp_path / "words.db"]
    result = CliRunner().invoke(app, [*map(str, arguments), "--prior", str(tmp_path / "prior"), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["prior"] == prior.name
    assert report["ranker_near"] == {"en fi": 1.0}
    assert any(each["start"] == prior.name for each in report["tried"])
    with contextlib.closing(sqlite3.connect(tmp_path / "words.db")) as graph:
        ((settings,),) = graph.execute("SELECT settings FROM run").fetchall()
    assert json.loads(settings)["prior"] == prior.name


def test_a_path_that_holds_no_prior_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    vectors = sample_vectors("en").first(50)
    with pytest.raises(CheckpointError, match="expected a prior"):
        build_lexicon(vectors, vectors, prior=tmp_path)
