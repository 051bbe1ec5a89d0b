"""Adam and its learning rates against those of torch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from isogloss.data.numerics.adam import Adam, Rate, cosine, one_cycle

STEPS = 37


def losses(weights: list[torch.Tensor]) -> Iterator[torch.Tensor]:
    """Of a small regression, another batch each time."""
    generator = torch.Generator().manual_seed(1)
    for _ in range(STEPS):
        inputs = torch.randn(8, 5, generator=generator)
        yield (torch.tanh(inputs @ weights[0]) @ weights[1] - inputs.sum(dim=1, keepdim=True)).square().mean()


def start() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(size, generator=generator).requires_grad_() for size in ((5, 4), (4, 1))]


def by_torch(optimiser: torch.optim.Optimizer, schedule: object, weights: list[torch.Tensor]) -> None:
    for loss in losses(weights):
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()  # type: ignore[attr-defined]


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_cycle_of_steps_is_that_of_torch(decay: float) -> None:
    expected = start()
    optimiser = torch.optim.AdamW(expected, lr=0.01, weight_decay=decay)
    by_torch(optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=STEPS + 1), expected)
    ours = start()
    adam = Adam(ours, decay=decay)
    for loss, rate in zip(losses(ours), one_cycle(0.01, STEPS), strict=True):
        adam.step(loss, rate)
    assert not torch.equal(ours[0], start()[0])
    for actual, other in zip(ours, expected, strict=True):
        torch.testing.assert_close(actual, other, rtol=1e-5, atol=1e-6)


def test_a_cosine_of_steps_is_that_of_torch() -> None:
    expected = start()
    optimiser = torch.optim.Adam(expected, lr=0.01)
    by_torch(optimiser, torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS), expected)
    ours = start()
    adam = Adam(ours)
    for loss, rate in zip(losses(ours), cosine(0.01, STEPS), strict=True):
        adam.step(loss, rate)
    for actual, other in zip(ours, expected, strict=True):
        torch.testing.assert_close(actual, other, rtol=1e-5, atol=1e-6)


def test_weights_that_the_loss_does_not_use_only_decay() -> None:
    used, unused = torch.ones(3, requires_grad=True), torch.ones(3, requires_grad=True)
    adam = Adam([used, unused], decay=0.5)
    adam.step(used.sum(), Rate(0.1))
    assert unused.tolist() == pytest.approx([0.95] * 3)
    assert used.tolist() == pytest.approx([0.85] * 3)
