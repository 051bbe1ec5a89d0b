from __future__ import annotations

import copy

import torch
from torch import nn

from isogloss.meta.learners import Episode, Reptile
from isogloss.meta.learners.aliasing import shares_storage
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.optimiser import Descent, Moments
from isogloss.meta.learners.weights import weights_of


def line() -> nn.Linear:
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(1.0)
        model.bias.fill_(0.0)
    return model


def slope(value: float) -> Batch:
    x = torch.linspace(-1, 1, 20).unsqueeze(1)
    return Batch(x, value * x)


def descend(model: nn.Module, task: Batch, steps: int = 20) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.autograd.backward(nn.functional.mse_loss(model(task.x), task.y))
        optimiser.step()


def test_a_state_dict_is_no_copy() -> None:
    model = line()
    assert shares_storage(model.state_dict(), dict(model.named_parameters()))
    assert shares_storage(dict(model.state_dict()), dict(model.named_parameters()))
    assert not shares_storage(copy.deepcopy(model.state_dict()), dict(model.named_parameters()))
    assert not shares_storage(weights_of(model), dict(model.named_parameters()))


def test_a_view_shares_its_storage() -> None:
    weight = torch.arange(6.0)
    assert shares_storage({"a": weight}, {"b": weight[3:]})
    assert not shares_storage({"a": weight}, {"b": weight[3:].clone()})


def test_the_textbook_loop_is_plain_descent_on_the_last_task() -> None:
    tasks = [slope(3.0), slope(-2.0)]
    model, plain = line(), line()
    for task in tasks:
        shared = model.state_dict()
        descend(model, task)
        adapted = model.state_dict()
        assert all(torch.equal(adapted[name], shared[name]) for name in shared)  # θ - φ = 0, though the model moved
        model.load_state_dict({name: shared[name] + 0.1 * (adapted[name] - shared[name]) for name in shared})
    for task in tasks:
        descend(plain, task)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), plain.parameters(), strict=True))
    assert abs(model.weight.item() - -2.0) < 0.1


def test_ours_moves_a_part_of_the_way_to_each_task() -> None:
    model = line()
    shared = weights_of(model)
    learner = Reptile(model, nn.functional.mse_loss, steps=20, rate=0.3)
    for task in (slope(3.0), slope(-2.0)):
        before = shared["weight"].item()
        gradient, _ = learner.meta_gradient(shared, [Episode(task, task)])
        shared, _ = Descent(0.1)(shared, gradient, Moments.of(shared))
        goal = learner.adapt({"weight": torch.tensor([[before]]), "bias": torch.zeros(1)}, task)["weight"].item()
        assert abs(shared["weight"].item() - (before + 0.1 * (goal - before))) < 1e-5
    assert 0.5 < shared["weight"].item() < 1.5
