from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from isogloss.data.errors import CheckpointError, OutputError
from isogloss.meta import Batch, Episode, Loops, MetaModel, train
from isogloss.meta.learners.weights import weights_of

SHORT = Loops(steps=8, tasks_per_step=2, inner_steps=1, inner_rate=0.1, outer_rate=0.01)


def line(generator: torch.Generator) -> Episode:
    """A line through the origin with a slope near 3."""
    slope = 3 + 0.5 * torch.randn((), generator=generator)
    x = torch.randn(8, 1, generator=generator)
    return Episode(Batch(x[:4], slope * x[:4]), Batch(x[4:], slope * x[4:]))


def model(value: float = 0.0) -> nn.Module:
    line = nn.Linear(1, 1, bias=False)
    nn.init.constant_(line.weight, value)
    return nn.Sequential(line, nn.Dropout(0.1))


def weight(trained: MetaModel) -> Tensor:
    return trained.weights["0.weight"]


def test_shared_parameters_go_to_the_middle_of_the_tasks_and_adapt_from_there() -> None:
    start = model()
    loops = Loops(steps=300, inner_steps=1, inner_rate=0.1, outer_rate=0.05)
    trained = train(start, line, loss=mse_loss, loops=loops)
    assert float(weight(trained)) == pytest.approx(3, abs=0.6)  # dropout draws towards larger slopes
    assert not weights_of(start)["0.weight"].any()
    assert trained.losses[-1] < trained.losses[0] / 10
    x = torch.linspace(-1, 1, 9)[:, None]
    module = trained.module.eval()
    adapted = weights_of(trained.adapt(x, 5 * x))["0.weight"]
    assert float((adapted - 5).abs()) < float((weight(trained) - 5).abs())
    assert torch.equal(weights_of(module)["0.weight"], weight(trained))


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    tasks = [line(torch.Generator().manual_seed(seed)) for seed in range(5)]
    whole = train(model(), tasks, loss=mse_loss, loops=SHORT)
    train(model(), tasks, loss=mse_loss, loops=Loops(**{**vars(SHORT), "steps": 3}), folder=tmp_path)
    resumed = train(model(), tasks, loss=mse_loss, loops=SHORT, folder=tmp_path, resume=True)
    assert torch.equal(weight(resumed), weight(whole))
    assert resumed.losses == whole.losses
    again = train(model(), tasks, loss=mse_loss, loops=SHORT, folder=tmp_path, resume=True)
    assert torch.equal(weight(again), weight(whole))


def test_a_run_is_not_overwritten_or_continued_by_another(tmp_path: Path) -> None:
    train(model(), line, loss=mse_loss, loops=SHORT, folder=tmp_path)
    with pytest.raises(OutputError, match="exists"):
        train(model(), line, loss=mse_loss, loops=SHORT, folder=tmp_path)
    with pytest.raises(CheckpointError, match=r"learner maml \(now reptile\)"):
        train(model(), line, loss=mse_loss, learner="reptile", loops=SHORT, folder=tmp_path, resume=True)
    with pytest.raises(CheckpointError, match="another module"):
        train(nn.Linear(1, 2), line, loss=mse_loss, loops=SHORT, folder=tmp_path, resume=True)


def test_a_run_that_learns_nothing_or_diverges_is_an_error() -> None:
    with pytest.raises(CheckpointError, match="8 steps changed no parameter"):
        train(model(), line, loss=lambda output, truth: 0 * mse_loss(output, truth), loops=SHORT)
    wild = Loops(steps=30, inner_steps=5, inner_rate=1e6, outer_rate=1e6)
    with pytest.raises(CheckpointError, match="diverged"):
        train(model(), line, loss=mse_loss, loops=wild)


def test_what_cannot_be_trained_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no tasks"):
        train(model(), [], loss=mse_loss)
    with pytest.raises(ValueError, match="nothing to train"):
        train(nn.Tanh(), line, loss=mse_loss)
    with pytest.raises(ValueError, match="tasks_per_step is 0"):
        train(model(), line, loss=mse_loss, loops=Loops(tasks_per_step=0))
