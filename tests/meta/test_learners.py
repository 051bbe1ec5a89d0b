from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from meta.adapt import Batch, adapt, task_loss
from meta.aliasing import shares_storage
from meta.learners import LEARNERS, MAML, Episode, LearnerName, Reptile, learner_named
from meta.optimiser import Adam, Descent, Moments
from meta.ranker import Ranker, translation_loss
from meta.weights import Weights, copied, leaves, plus, weights_of


def curve(generator: torch.Generator) -> nn.Module:
    """A small network with curvature, in float64."""
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return model


def squared(output: Tensor, truth: Tensor) -> Tensor:
    return (output - truth).square().mean()


def some_episodes(generator: torch.Generator, count: int = 3) -> list[Episode]:
    def batch() -> Batch:
        x = torch.randn(6, 2, generator=generator, dtype=torch.float64)
        return Batch(x, torch.sin(x.sum(dim=1, keepdim=True)))

    return [Episode(batch(), batch()) for _ in range(count)]


def largest_gap(a: Weights, b: Weights) -> float:
    return max(float((a[name] - b[name]).abs().max()) for name in a)


@pytest.mark.parametrize("name", LEARNERS)
def test_shared_and_adapted_parameters_share_no_storage(name: LearnerName, generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    shared = weights_of(model)
    for steps in (0, 3):
        own = learner_named(name, model, squared, steps=steps, rate=0.1).adapt(shared, episode.support)
        assert not shares_storage(shared, own)
        assert not shares_storage(own, dict(model.named_parameters()))
        assert (largest_gap(shared, own) > 0) == (steps > 0)
    assert not shares_storage(shared, dict(model.named_parameters()))


@pytest.mark.parametrize("name", LEARNERS)
def test_a_meta_gradient_leaves_shared_parameters_and_the_model_alone(
    name: LearnerName, generator: torch.Generator
) -> None:
    model = curve(generator)
    shared, before = weights_of(model), weights_of(model)
    learner_named(name, model, squared, steps=2, rate=0.1).meta_gradient(shared, some_episodes(generator))
    assert all(torch.equal(shared[each], before[each]) for each in before)
    assert all(torch.equal(parameter, before[each]) for each, parameter in model.named_parameters())
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("optimiser", [Descent(0.0), Adam(0.0)])
def test_a_meta_learning_rate_of_zero_changes_no_bit(
    name: LearnerName, optimiser: Adam | Descent, generator: torch.Generator
) -> None:
    model = curve(generator)
    shared = weights_of(model)
    gradient, _ = learner_named(name, model, squared, steps=2, rate=0.1).meta_gradient(shared, some_episodes(generator))
    moved, _ = optimiser(shared, gradient, Moments.of(shared))
    assert all(torch.equal(moved[each], shared[each]) for each in shared)
    assert max(float(each.abs().max()) for each in gradient.values()) > 0


def test_one_step_reptile_is_scaled_gradient_descent(generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    shared, inner, outer = weights_of(model), 0.1, 0.5
    both = Batch(*(torch.cat(parts) for parts in zip(episode.support, episode.query, strict=True)))
    gradient, _ = Reptile(model, squared, steps=1, rate=inner).meta_gradient(shared, [episode])
    moved, _ = Descent(outer)(shared, gradient, Moments.of(shared))
    live = leaves(shared)
    slopes = torch.autograd.grad(task_loss(model, live, squared, both), list(live.values()))
    expected = plus(shared, dict(zip(live, slopes, strict=True)), -outer * inner)
    assert largest_gap(moved, expected) < 1e-14


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), steps=st.integers(1, 3))
def test_the_gradient_of_maml_is_that_of_finite_differences(seed: int, steps: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    model, episodes = curve(generator), some_episodes(generator, 2)
    shared = weights_of(model)
    learner = MAML(model, squared, steps=steps, rate=0.1)
    gradient, _ = learner.meta_gradient(shared, episodes)

    def objective(weights: Weights) -> float:
        losses = [task_loss(model, learner.adapt(weights, each.support), squared, each.query) for each in episodes]
        return sum(float(loss.detach()) for loss in losses) / len(losses)

    for name, weight in shared.items():
        for place in range(weight.numel()):
            bump = torch.zeros_like(weight).view(-1)
            bump[place] = 1e-6
            there, back = ({**shared, name: weight + sign * bump.view(weight.shape)} for sign in (1, -1))
            slope = (objective(there) - objective(back)) / 2e-6
            assert slope == pytest.approx(float(gradient[name].view(-1)[place]), rel=1e-4, abs=1e-7)


def test_first_order_differs_from_second_on_a_curved_loss(generator: torch.Generator) -> None:
    model, episodes = curve(generator), some_episodes(generator)
    second, first = (
        MAML(model, squared, steps=2, rate=0.1, second_order=order).meta_gradient(weights_of(model), episodes)
        for order in (True, False)
    )
    assert second.losses == pytest.approx(first.losses)
    assert largest_gap(second.gradient, first.gradient) > 1e-3


def test_first_order_equals_second_where_nothing_is_adapted(generator: torch.Generator) -> None:
    model, episodes = curve(generator), some_episodes(generator)
    second, first = (
        MAML(model, squared, steps=0, second_order=order).meta_gradient(weights_of(model), episodes)
        for order in (True, False)
    )
    assert largest_gap(second.gradient, first.gradient) == 0


def test_episodes_count_by_their_weight(generator: torch.Generator) -> None:
    model, (first, second, _) = curve(generator), some_episodes(generator)
    shared, learner = weights_of(model), MAML(model, squared)
    heavy = Episode(first.support, first.query, weight=3.0)
    ours = learner.meta_gradient(shared, [heavy, second]).gradient
    parts = [learner.meta_gradient(shared, [each]).gradient for each in (first, second)]
    expected = {name: 0.75 * parts[0][name] + 0.25 * parts[1][name] for name in shared}
    assert largest_gap(ours, expected) < 1e-14


def test_a_proximal_term_keeps_adapted_parameters_nearer(generator: torch.Generator) -> None:
    model, (episode, *_) = curve(generator), some_episodes(generator)
    start = weights_of(model)
    free, held = (
        copied(adapt(model, leaves(start), squared, episode.support, steps=5, rate=0.1, proximity=weight))
        for weight in (0.0, 5.0)
    )
    assert largest_gap(held, start) < largest_gap(free, start)


def test_adam_is_the_adam_of_torch(generator: torch.Generator) -> None:
    model = curve(generator)
    ours, moments = weights_of(model), Moments.of(weights_of(model))
    theirs = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        gradient = {name: torch.randn(w.shape, generator=generator, dtype=w.dtype) for name, w in ours.items()}
        ours, moments = Adam(0.01)(ours, gradient, moments)
        for name, parameter in model.named_parameters():
            parameter.grad = gradient[name].clone()
        theirs.step()
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
