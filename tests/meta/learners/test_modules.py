"""Learners with anybody's modules: what PyTorch cannot batch, freezes, leaves unused or changes behind one's back."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from isogloss.meta import MAML, Batch, Episode, ImplicitMAML, with_adapters
from isogloss.meta.learners import Learner, learner_named
from isogloss.meta.learners.inner_loop import task_loss
from isogloss.meta.learners.second_derivatives import twice_differentiable
from isogloss.meta.learners.weights import Weights, weights_of

GENERAL = ("maml", "fomaml", "reptile", "meta-sgd", "imaml")
Inputs = Callable[[int], Tensor]


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gru, self.out = nn.GRU(4, 3, batch_first=True), nn.Linear(3, 1)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.out(self.gru(x)[0][:, -1])
        return output


class Bag(nn.Module):
    def __init__(self, mode: str = "mean", padding_idx: int | None = None) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(10, 4, mode=mode, padding_idx=padding_idx)
        self.out = nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.out(self.bag(x))
        return output


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
        self.out = nn.Linear(4, 1)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.out(self.layer(x).mean(1))
        return output


class Branches(nn.Module):
    """One branch is never used, another one is frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen, self.used, self.unused = nn.Linear(4, 4), nn.Linear(4, 1), nn.Linear(4, 1)
        self.frozen.requires_grad_(requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.used(torch.tanh(self.frozen(x)))
        return output


def flat(size: int) -> Tensor:
    return torch.randn(size, 4)


def sequences(size: int) -> Tensor:
    return torch.randn(size, 5, 4)


def numbers(size: int) -> Tensor:
    return torch.randint(0, 10, (size, 3))


MODULES: dict[str, tuple[Callable[[], nn.Module], Inputs]] = {
    "dropout": (lambda: nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, 1)), flat),
    "batch norm": (lambda: nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)), flat),
    "layer norm": (lambda: nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8), nn.Linear(8, 1)), flat),
    "gru": (Recurrent, sequences),
    "bag": (Bag, numbers),
    "attention": (Attention, sequences),
    "branches": (Branches, flat),
}


def some_episodes(inputs: Inputs, count: int = 3) -> list[Episode]:
    def batch(size: int) -> Batch:
        return Batch(inputs(size), torch.randn(size, 1))

    return [Episode(batch(6), batch(5)) for _ in range(count)]


def made(name: str, model: nn.Module) -> Learner:
    return learner_named(name, model, mse_loss, steps=2, rate=0.05)


@pytest.mark.filterwarnings("ignore:tasks are adapted one after the other")
@pytest.mark.parametrize("learner", GENERAL)
@pytest.mark.parametrize("module", MODULES)
def test_learners_take_any_module_and_leave_it_as_it_was(module: str, learner: str) -> None:
    torch.manual_seed(0)
    new, inputs = MODULES[module]
    model = new()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    algorithm = made(learner, model)
    shared = algorithm.initial(weights_of(model))
    gradient, losses = algorithm.meta_gradient(shared, some_episodes(inputs))
    assert len(losses) == 3
    assert all(bool(torch.isfinite(slope).all()) for slope in gradient.values())
    assert any(float(slope.abs().max()) > 0 for slope in gradient.values())
    assert {name for name in shared if name in before} == weights_of(model).keys()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_frozen_parameters_stay_and_unused_ones_have_no_slope() -> None:
    torch.manual_seed(0)
    model = Branches()
    learner = MAML(model, mse_loss, steps=2, rate=0.1)
    gradient, _ = learner.meta_gradient(learner.initial(weights_of(model)), some_episodes(flat))
    assert gradient.keys() == {"used.weight", "used.bias", "unused.weight", "unused.bias"}
    assert not gradient["unused.weight"].any()
    adapted = learner.adapt(weights_of(model), some_episodes(flat)[0].support)
    assert adapted.keys() == gradient.keys()


def test_what_cannot_be_batched_is_said_once_and_gives_the_same() -> None:
    torch.manual_seed(0)
    model = Recurrent()
    episodes = some_episodes(sequences)
    learner = MAML(model, mse_loss, steps=2, rate=0.1)
    shared = learner.initial(weights_of(model))
    with pytest.warns(UserWarning, match="one after the other"):
        together, _ = learner.meta_gradient(shared, episodes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        apart = [learner.meta_gradient(shared, [episode]).gradient for episode in episodes]
    for name, slope in together.items():
        torch.testing.assert_close(slope, torch.stack([gradient[name] for gradient in apart]).mean(dim=0))


@pytest.mark.parametrize("mode", ["sum", "mean"])
@pytest.mark.parametrize("padding", [None, 0])
def test_bags_by_plain_operations_are_those_of_pytorch(mode: str, padding: int | None) -> None:
    torch.manual_seed(0)
    model, x = Bag(mode, padding), torch.tensor([[0, 1, 2], [3, 3, 0], [0, 0, 0]])
    offsets, flat_x = torch.tensor([0, 2, 2, 5]), torch.tensor([1, 2, 0, 4, 4, 9])
    expected = model(x), model.bag(flat_x, offsets)
    with twice_differentiable(model):
        outputs = model(x), model.bag(flat_x, offsets)
    for output, other in zip(outputs, expected, strict=True):
        torch.testing.assert_close(output, other)


def test_the_implicit_gradient_is_that_of_the_optimum_of_the_inner_loop() -> None:
    """A linear model has its optimum in closed form: ``θ = (XᵀX c + λ)⁻¹ (Xᵀy c + λ φ)``, so ``dθ/dφ`` is known."""
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    model = nn.Linear(3, 1, bias=False).double()
    support, query = Batch(draw(8, 3), draw(8, 1)), Batch(draw(6, 3), draw(6, 1))
    strength, factor = 0.7, 2 / 8
    learner = ImplicitMAML(model, mse_loss, steps=2000, rate=0.05, proximity=strength, conjugate_steps=3)
    phi = weights_of(model)
    gradient = learner.meta_gradient(phi, [Episode(support, query)]).gradient["weight"]
    inverse = torch.linalg.inv(factor * support.x.T @ support.x + strength * torch.eye(3, dtype=torch.float64))
    theta = inverse @ (factor * support.x.T @ support.y + strength * phi["weight"].T)
    slope = 2 / 6 * query.x.T @ (query.x @ theta - query.y)
    torch.testing.assert_close(gradient.T, strength * inverse @ slope, rtol=1e-5, atol=1e-8)


def test_adapters_change_nothing_at_first_and_are_all_that_a_learner_moves() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
    x, support = torch.randn(5, 4), some_episodes(flat)[0].support
    before = model(x)
    with_adapters(model, rank=2)
    torch.testing.assert_close(model(x), before)
    adapted = MAML(model, mse_loss, steps=5, rate=0.5).adapt(weights_of(model), support)
    assert all("parametrizations" in name for name in adapted)
    assert sum(weight.numel() for weight in adapted.values()) == 2 * (4 + 6) + 2 * (6 + 1)

    def loss(own: Weights) -> float:
        return float(task_loss(model, own, mse_loss, support).detach())

    assert loss(adapted) < loss(weights_of(model))
    with pytest.raises(ValueError, match="0 linear layers"):
        with_adapters(nn.Tanh())


def test_names_of_learners_are_checked() -> None:
    with pytest.raises(ValueError, match="'mine', expected one of maml, fomaml"):
        made("mine", nn.Linear(1, 1))
    with pytest.raises(ValueError, match="needs a module with a head"):
        made("anil", nn.Linear(1, 1))
