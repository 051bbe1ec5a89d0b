from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from isogloss.meta.learners import ANIL, Episode
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.objective import CLASSES
from isogloss.meta.learners.weights import weights_of
from isogloss.meta.models.word_classifier import Classifier
from isogloss.meta.tasks import TaskSpace
from isogloss.meta.training.regularisation import folds_of, noisy, random_rotation, rotated
from isogloss.meta.training.samplers import LOGITS, Bandit, ByAffinity, Uniform, arms_of, without_dropped
from isogloss.meta.training.weighting import AGREEMENT, ByAgreement, weighted, weighting_named


def blank(family: str, *languages: str) -> Episode:
    batch = Batch(torch.zeros(1, 2), torch.zeros(1, 2))
    return Episode(batch, batch, family, languages)


EPISODES = [blank("a", "en", "fr"), blank("a", "en", "fi"), blank("b", "en", "fr"), blank("a", "en", "fr")]


def test_arms_are_families_between_languages() -> None:
    assert arms_of(EPISODES) == (1, 0, 2, 1)


def test_a_bandit_comes_to_prefer_the_arm_whose_loss_falls(generator: torch.Generator) -> None:
    sampler = Bandit((0, 1, 2))
    memo, loss = sampler.initial(), [5.0, 5.0, 5.0]
    counts: Counter[int] = Counter()
    for step in range(300):
        drawn = sampler.draw(range(3), 2, memo, generator)
        for number in drawn:
            loss[number] *= 0.98 if number == 1 else 1.0
        memo = sampler.learned(drawn, [loss[number] for number in drawn], memo)
        counts.update(drawn if step >= 100 else [])
    assert counts[1] > 1.5 * max(counts[0], counts[2])
    assert min(counts.values()) > 20  # every arm is still tried
    assert bool(memo[LOGITS].isfinite().all())


def test_draws_by_affinity_follow_their_shares(generator: torch.Generator) -> None:
    drawn = Counter(ByAffinity(torch.tensor([0.1, 0.2, 0.7])).draw(range(3), 2000, {}, generator))
    assert [drawn[number] / 2000 for number in range(3)] == pytest.approx([0.1, 0.2, 0.7], abs=0.05)
    assert set(ByAffinity(torch.tensor([0.1, 0.2, 0.7])).draw([0, 1], 50, {}, generator)) == {0, 1}


def test_uniform_draws_are_those_of_torch() -> None:
    drawn = Uniform().draw(range(7), 5, {}, torch.Generator().manual_seed(3))
    assert drawn == torch.randint(7, (5,), generator=torch.Generator().manual_seed(3)).tolist()


def test_a_dropped_language_takes_its_tasks_with_it() -> None:
    generator = torch.Generator().manual_seed(0)
    pools = [tuple(without_dropped(EPISODES, 0.4, generator)) for _ in range(200)]
    assert {(1,), (0, 2, 3), (0, 1, 2, 3)} == set(pools)
    assert without_dropped(EPISODES, 0.0, generator) == [0, 1, 2, 3]


def test_noise_makes_a_share_of_the_seeds_wrong_and_changes_nothing_else(space: TaskSpace) -> None:
    task = next(task for task in (space.task(number, 0) for number in range(12)) if not task.listed)
    wrong = noisy(task, 0.4, np.random.default_rng(0))
    changed = [a != b for a, b in zip(task.support, wrong.support, strict=True)]
    assert sum(changed) == round(0.4 * len(task.seeds))
    assert sorted(example.target for example in task.support) == sorted(example.target for example in wrong.support)
    assert (wrong.query, [example.source for example in wrong.support]) == (
        task.query,
        [example.source for example in task.support],
    )
    assert noisy(task, 0.0, np.random.default_rng(0)) is task


def test_a_random_rotation_keeps_all_distances(generator: torch.Generator) -> None:
    turn = random_rotation(6, np.random.default_rng(0))
    assert torch.allclose(turn @ turn.T, torch.eye(6), atol=1e-5)
    x = torch.randn(5, 6, generator=generator)
    made = rotated(Episode(Batch(x, x), Batch(x, x)), np.random.default_rng(0))
    assert torch.allclose(torch.cdist(made.support.x, made.query.x), torch.cdist(x, x), atol=1e-3)
    assert not torch.allclose(made.support.x, x)


def test_folds_hold_every_language_once() -> None:
    assert folds_of(["fr", "en", "ja"], 2) == (("en", "ja"), ("fr",))
    assert folds_of(["fr"], 4) == (("fr",),)


def labelled(generator: torch.Generator, flip: bool, family: str) -> Episode:
    x = torch.randn(20, 4, generator=generator)
    first = (x[:, 0] > 0) ^ flip
    truth = torch.stack([first, ~first], dim=1).float()
    return Episode(Batch(x[:10], truth[:10]), Batch(x[10:], truth[10:]), family, ("en", "fr"))


def turned(batch: Batch) -> Batch:
    return Batch(batch.x, batch.y.flip(1))


@pytest.mark.parametrize("name", ["cosine", "learned"])
def test_a_family_that_pulls_the_other_way_loses_its_weight(name: str, generator: torch.Generator) -> None:
    model = Classifier(4, 3, 2).initialise(torch.zeros(4), torch.ones(4), generator)
    learner, weights = ANIL(model, CLASSES, steps=0), weights_of(model)
    main = [labelled(generator, False, "main") for _ in range(4)]
    against = [replace(task, support=turned(task.support), query=turned(task.query), family="against") for task in main]
    weighting, memo = weighting_named(name, "main"), {}  # type: ignore[arg-type, var-annotated]
    for _ in range(60 if name == "learned" else 1):
        (gradient, losses), memo = weighting(learner, weights, [*main, *against], memo)
    assert len(losses) == 8
    assert float(memo[AGREEMENT + "against"]) < -0.2
    alone, _ = learner.meta_gradient(weights, main)
    one, other = (torch.cat([part.flatten() for part in parts.values()]) for parts in (gradient, alone))
    assert float(torch.cosine_similarity(one, other, dim=0)) > 0.95
    if name == "cosine":
        assert torch.allclose(one, other, atol=1e-6)


def test_a_step_without_main_tasks_is_compared_with_their_running_mean(generator: torch.Generator) -> None:
    model = Classifier(4, 3, 2).initialise(torch.zeros(4), torch.ones(4), generator)
    learner, weights = ANIL(model, CLASSES, steps=0), weights_of(model)
    helpful = [labelled(generator, False, "helpful")]
    weighting = ByAgreement("main")
    (nothing, _), memo = weighting(learner, weights, helpful, {})
    assert all(float(part.abs().max()) == 0 for part in nothing.values())  # nothing to agree with yet
    _, memo = weighting(learner, weights, [labelled(generator, False, "main")], memo)
    (gradient, _), _ = weighting(learner, weights, helpful, memo)
    assert max(float(part.abs().max()) for part in gradient.values()) > 0


def test_uniform_weights_are_those_of_the_episodes(generator: torch.Generator) -> None:
    model = Classifier(4, 3, 2).initialise(torch.zeros(4), torch.ones(4), generator)
    learner, weights = ANIL(model, CLASSES), weights_of(model)
    episodes = weighted([labelled(generator, False, "main"), labelled(generator, True, "aux")], "main", 0.3)
    gradient, _ = weighting_named("uniform", "main")(learner, weights, episodes, {})
    expected = learner.meta_gradient(weights, episodes)
    assert [episode.weight for episode in episodes] == [1.0, 0.3]
    assert all(torch.equal(gradient.gradient[name], expected.gradient[name]) for name in weights)
