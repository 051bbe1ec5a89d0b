from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import cycle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from isogloss.meta.learners import ANIL, LEARNERS, MAML, Episode, LearnerName, Reptile, learner_named
from isogloss.meta.learners.aliasing import shares_storage
from isogloss.meta.learners.heads import Head, prototypes, ridge
from isogloss.meta.learners.inner_loop import Batch, adapt, task_loss
from isogloss.meta.learners.objective import CLASSES, Objective
from isogloss.meta.learners.optimiser import Adam, Descent, Moments
from isogloss.meta.learners.weights import Weights, copied, leaves, weights_of
from isogloss.meta.models.candidate_ranker import Ranker, translation_loss
from isogloss.meta.models.word_classifier import Classifier

SECOND_ORDER: tuple[LearnerName, ...] = ("maml", "anil", "meta-sgd", "prototypes", "ridge")


def curve(generator: torch.Generator) -> Classifier:
    """A small network with curvature, in float64."""
    model = Classifier(2, hidden=2, ways=2).double()
    return model.initialise(torch.zeros(2), torch.ones(2), generator)


def some_episodes(generator: torch.Generator, count: int = 3, sizes: tuple[int, ...] = (6,)) -> list[Episode]:
    def batch(size: int) -> Batch:
        x = torch.randn(size, 2, generator=generator, dtype=torch.float64)
        right = torch.sigmoid(3 * torch.sin(2 * x.sum(dim=1)))
        return Batch(x, torch.stack([right, 1 - right], dim=1))

    return [Episode(batch(size), batch(size + 1)) for _, size in zip(range(count), cycle(sizes), strict=False)]


def largest_gap(a: Weights, b: Weights) -> float:
    return max(float((a[name] - b[name]).abs().max()) for name in a)


@pytest.mark.parametrize("name", LEARNERS)
def test_shared_and_adapted_parameters_share_no_storage(name: LearnerName, generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    shared = weights_of(model)
    for steps in (0, 3):
        learner = learner_named(name, model, CLASSES, steps=steps, rate=0.1)
        phi = learner.initial(shared)
        own = learner.adapt(phi, episode.support)
        assert list(own) == list(shared)
        for parameter in (phi, shared, dict(model.named_parameters())):
            assert not shares_storage(own, parameter)
        assert (largest_gap(own, phi) > 0) == (steps > 0 or name in ("prototypes", "ridge"))
    assert not shares_storage(shared, dict(model.named_parameters()))


@pytest.mark.parametrize("name", LEARNERS)
def test_a_meta_gradient_leaves_shared_parameters_and_the_model_alone(
    name: LearnerName, generator: torch.Generator
) -> None:
    model = curve(generator)
    learner = learner_named(name, model, CLASSES, steps=2, rate=0.1)
    shared, before = (learner.initial(weights_of(model)) for _ in range(2))
    learner.meta_gradient(shared, some_episodes(generator))
    assert all(torch.equal(shared[key], before[key]) for key in before)
    assert all(torch.equal(parameter, before[key]) for key, parameter in model.named_parameters())
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("optimiser", [Descent(0.0), Adam(0.0)])
def test_a_meta_learning_rate_of_zero_changes_no_bit(
    name: LearnerName, optimiser: Adam | Descent, generator: torch.Generator
) -> None:
    model = curve(generator)
    learner = learner_named(name, model, CLASSES, steps=2, rate=0.1)
    shared = learner.initial(weights_of(model))
    gradient, _ = learner.meta_gradient(shared, some_episodes(generator))
    assert set(gradient) == set(shared)
    moved, _ = optimiser(shared, gradient, Moments.of(shared))
    assert all(torch.equal(moved[key], shared[key]) for key in shared)
    assert max(float(part.abs().max()) for part in gradient.values()) > 0


def test_one_step_reptile_is_scaled_gradient_descent(generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    shared, inner, outer = weights_of(model), 0.1, 0.5
    both = Batch(*(torch.cat(parts) for parts in zip(episode.support, episode.query, strict=True)))
    gradient, _ = Reptile(model, CLASSES, steps=1, rate=inner).meta_gradient(shared, [episode])
    moved, _ = Descent(outer)(shared, gradient, Moments.of(shared))
    live = leaves(shared)
    slopes = torch.autograd.grad(task_loss(model, live, CLASSES, both), list(live.values()))
    expected = {name: shared[name] - outer * inner * slope for name, slope in zip(live, slopes, strict=True)}
    assert largest_gap(moved, expected) < 1e-14


@pytest.mark.parametrize("name", SECOND_ORDER)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), steps=st.integers(1, 3), proximity=st.sampled_from([0.0, 0.5]))
def test_a_meta_gradient_is_that_of_finite_differences(
    name: LearnerName, seed: int, steps: int, proximity: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    model, episodes = curve(generator), some_episodes(generator, 2)
    learner = learner_named(name, model, CLASSES, steps=steps, rate=0.1, proximity=proximity)
    shared = learner.initial(weights_of(model))
    gradient, _ = learner.meta_gradient(shared, episodes)

    def objective(weights: Weights) -> float:
        losses = [task_loss(model, learner.adapt(weights, task.support), CLASSES, task.query) for task in episodes]
        return sum(float(loss.detach()) for loss in losses) / len(losses)

    for key, weight in shared.items():
        for place in range(weight.numel()):
            bump = torch.zeros_like(weight).view(-1)
            bump[place] = 1e-6
            there, back = ({**shared, key: weight + sign * bump.view(weight.shape)} for sign in (1, -1))
            slope = (objective(there) - objective(back)) / 2e-6
            assert slope == pytest.approx(float(gradient[key].view(-1)[place]), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("sizes", [(6,), (4, 6)])
@pytest.mark.parametrize("name", ["maml", "fomaml", "anil"])
def test_tasks_adapted_together_are_those_adapted_in_turn(
    name: LearnerName, sizes: tuple[int, ...], generator: torch.Generator
) -> None:
    model, episodes = curve(generator), some_episodes(generator, 5, sizes)
    shared, learner = weights_of(model), learner_named(name, model, CLASSES, steps=3, rate=0.2, proximity=0.1)
    together = learner.meta_gradient(shared, episodes)
    alone = [learner.meta_gradient(shared, [episode]) for episode in episodes]
    assert together.losses == pytest.approx([outcome.losses[0] for outcome in alone], abs=1e-12)
    mean = {part: torch.stack([outcome.gradient[part] for outcome in alone]).mean(dim=0) for part in shared}
    assert largest_gap(together.gradient, mean) < 1e-12


def test_anil_moves_the_head_and_nothing_else(generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    shared = weights_of(model)
    own = ANIL(model, CLASSES, steps=2, rate=0.1).adapt(shared, episode.support)
    assert {name for name in shared if not torch.equal(shared[name], own[name])} == set(model.head_names)
    live = leaves(shared)
    inner = copied(adapt(partial(task_loss, model, loss=CLASSES, batch=episode.support), live, steps=1, rate=0.1))
    alone = ANIL(model, CLASSES, steps=1, rate=0.1).adapt(shared, episode.support)
    assert max(float((alone[name] - inner[name]).abs().max()) for name in model.head_names) < 1e-14


@pytest.mark.parametrize("name", [key for key in LEARNERS if key not in ("prototypes", "ridge", "anil")])
def test_an_offset_moves_the_start_of_one_task_only(name: LearnerName, generator: torch.Generator) -> None:
    model, (first, second, _) = curve(generator), some_episodes(generator)
    learner = learner_named(name, model, CLASSES, steps=2, rate=0.1)
    shared = learner.initial(weights_of(model))
    offset = {parameter: torch.full_like(shared[parameter], 0.1) for parameter in model.head_names}
    elsewhere = {**shared, **{key: shared[key] + offset[key] for key in offset}}
    ours = learner.meta_gradient(shared, [replace(first, offset=offset), second])
    parts = learner.meta_gradient(elsewhere, [first]), learner.meta_gradient(shared, [second])
    assert ours.losses == pytest.approx([part.losses[0] for part in parts])
    mean = {key: (parts[0].gradient[key] + parts[1].gradient[key]) / 2 for key in shared}
    assert largest_gap(ours.gradient, mean) < 1e-14


def test_prototypes_score_by_distance_to_class_means(generator: torch.Generator) -> None:
    features = torch.randn(9, 3, generator=generator, dtype=torch.float64)
    truth = torch.eye(3, dtype=torch.float64)[[0, 0, 0, 1, 1, 1, 1, 2, 2]]
    query = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    centres = torch.stack([features[truth[:, label] > 0].mean(dim=0) for label in range(3)])
    distances = -torch.cdist(query, centres).square()
    gap = prototypes(features, truth)(query) - distances
    assert float((gap - gap[:, :1]).abs().max()) < 1e-12


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), examples=st.sampled_from([3, 12]))
def test_a_ridge_head_is_the_least_of_its_objective(seed: int, examples: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x, y, w = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((examples, 5), (examples, 2), (2, 6))
    )
    prior = Head(w[:, :5], w[:, 5])
    solution = ridge(x, y, 0.7, prior)

    def objective(head: Head) -> Tensor:
        far = (head.weight - prior.weight).square().sum() + (head.bias - prior.bias).square().sum()
        return (head(x) - y).square().sum() + 0.7 * far

    least = Head(solution.weight.clone().requires_grad_(), solution.bias.clone().requires_grad_())
    slopes = torch.autograd.grad(objective(least), list(least))
    assert max(float(slope.abs().max()) for slope in slopes) < 1e-9


@pytest.mark.parametrize("objective", [CLASSES, translation_loss])
def test_an_objective_knows_its_slope(objective: Objective, generator: torch.Generator) -> None:
    scores = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64).requires_grad_()
    truth = (torch.rand(2, 5, 3, generator=generator) > 0.6).double()
    (slope,) = torch.autograd.grad(objective.per_example(scores, truth).sum(), [scores])
    assert torch.allclose(objective.slope(scores, truth), slope, atol=1e-12)


def test_a_ranker_with_its_head_taken_apart_and_put_together_is_the_same(generator: torch.Generator) -> None:
    ranker = Ranker(4, 6).initialise(torch.zeros(4), torch.ones(4), generator)
    x, weights = torch.randn(2, 3, 4, generator=generator), weights_of(ranker)
    head = ranker.head_of(weights)
    assert all(torch.equal(parameter, weights[name]) for name, parameter in ranker.with_head(head).items())
    assert torch.allclose(ranker.output(head(ranker.features(x))), ranker(x), atol=1e-6)


def test_first_order_differs_from_second_on_a_curved_loss(generator: torch.Generator) -> None:
    model, episodes = curve(generator), some_episodes(generator)
    second, first = (
        MAML(model, CLASSES, steps=2, rate=0.1, second_order=order).meta_gradient(weights_of(model), episodes)
        for order in (True, False)
    )
    assert second.losses == pytest.approx(first.losses)
    assert largest_gap(second.gradient, first.gradient) > 1e-3


def test_first_order_equals_second_where_nothing_is_adapted(generator: torch.Generator) -> None:
    model, episodes = curve(generator), some_episodes(generator)
    second, first = (
        MAML(model, CLASSES, steps=0, second_order=order).meta_gradient(weights_of(model), episodes)
        for order in (True, False)
    )
    assert largest_gap(second.gradient, first.gradient) == 0


def test_episodes_count_by_their_weight(generator: torch.Generator) -> None:
    model, (first, second, _) = curve(generator), some_episodes(generator)
    shared, learner = weights_of(model), MAML(model, CLASSES)
    heavy = Episode(first.support, first.query, weight=3.0)
    ours = learner.meta_gradient(shared, [heavy, second]).gradient
    parts = [learner.meta_gradient(shared, [episode]).gradient for episode in (first, second)]
    expected = {name: 0.75 * parts[0][name] + 0.25 * parts[1][name] for name in shared}
    assert largest_gap(ours, expected) < 1e-14


def test_a_proximal_term_keeps_adapted_parameters_nearer(generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    start = weights_of(model)
    objective = partial(task_loss, model, loss=CLASSES, batch=episode.support)
    free, held = (copied(adapt(objective, leaves(start), steps=5, rate=0.1, proximity=weight)) for weight in (0.0, 5.0))
    assert largest_gap(held, start) < largest_gap(free, start)


def test_adam_is_the_adam_of_torch(generator: torch.Generator) -> None:
    model = curve(generator)
    ours, moments = weights_of(model), Moments.of(weights_of(model))
    expected = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        gradient = {name: torch.randn(w.shape, generator=generator, dtype=w.dtype) for name, w in ours.items()}
        ours, moments = Adam(0.01)(ours, gradient, moments)
        for name, parameter in model.named_parameters():
            parameter.grad = gradient[name].clone()
        expected.step()
    assert largest_gap(ours, weights_of(model)) < 1e-12


def test_the_loss_counts_none_where_no_candidate_is_right() -> None:
    scores = torch.tensor([[2.0, -1.0]])
    none = -torch.log(1 / (1 + torch.exp(torch.tensor(2.0)) + torch.exp(torch.tensor(-1.0))))
    assert float(translation_loss(scores, torch.zeros(1, 2))) == pytest.approx(float(none))
    edge = torch.nn.functional.binary_cross_entropy_with_logits(scores[:, :1], torch.ones(1, 1))
    assert float(translation_loss(scores[:, :1], torch.ones(1, 1))) == pytest.approx(float(edge))


def test_a_ranker_starts_the_same_from_the_same_generator() -> None:
    first, second = (
        weights_of(Ranker(3).initialise(torch.zeros(3), torch.ones(3), torch.Generator().manual_seed(5)))
        for _ in range(2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
