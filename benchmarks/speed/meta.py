"""How fast meta-learning is, as ratios within one run: CPU seconds, one thread, the same objective, equal results.

Run ``python -m benchmarks.speed.meta --json``. Three comparisons:

- ANIL over many tasks at once, against a loop that clones the head for each task and adapts the clone, in the style of
  learn2learn (Arnold et al., 2020);
- a mapping between two spaces in closed form from k seeds (ridge in its dual, a k x k solve), against MAML on the
  full map;
- MAML on the whole network, against a loop that clones the network.

Losses and meta-gradients of both sides of the first and the last are compared, and must agree to 1e-5. Rounds of both
sides alternate, and the fastest of each counts.
"""

# ruff: noqa: E402
from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
# Run by its path, this file would hide meta.
sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != HERE]

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import torch
from torch import Tensor, nn

from benchmarks import command_line
from isogloss.meta.learners import ANIL, MAML, Episode
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.learners.objective import CLASSES
from isogloss.meta.learners.weights import weights_of
from isogloss.meta.models.word_classifier import Classifier

# Sizes usual in few-shot learning: of vectors and layers, classes, examples of each, steps of the inner loop.
DIMENSIONS, HIDDEN, WAYS, SHOTS, QUERIES, STEPS = 300, 64, 5, 5, 15, 5
SEEDS, ASKED = 25, 75  # pairs of words in the support and the query set of a mapping; round numbers
AGREEMENT = 1e-5  # largest gap between the losses or gradients of both programs; round number

Result = tuple[dict[str, Tensor], tuple[float, ...]]


class Comparison(NamedTuple):
    """Meta-steps per CPU second on either side, their ratio, and the largest gaps between results."""

    tasks: int
    ours: float
    theirs: float
    ratio: float
    loss_gap: float
    gradient_gap: float


def main() -> None:
    """Measure and print."""
    parser = command_line.parser(__doc__, seed="the tasks and the models")
    parser.add_argument("--tasks", type=int, default=32, help="Tasks in a meta-step.")
    parser.add_argument("--rounds", type=int, default=7, help="Rounds of each side.")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    figures = measure(arguments.tasks, arguments.rounds, arguments.seed)
    if arguments.json:
        command_line.print_json(figures)
        return
    print("| comparison | tasks | ours, steps/CPU s | theirs | ratio | loss gap | gradient gap |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, figure in figures.items():
        numbers = [f"{figure['ours']:.1f}", f"{figure['theirs']:.1f}", f"{figure['ratio']:.2f}"]
        gaps = [f"{figure['loss_gap']:.0e}", f"{figure['gradient_gap']:.0e}"]
        print(f"| {name} | {figure['tasks']} | {' | '.join([*numbers, *gaps])} |")


def measure(tasks: int, rounds: int, seed: int) -> dict[str, dict[str, Any]]:
    """All comparisons, by name.

    Raises:
        ValueError: Two sides disagree.
    """
    generator = torch.Generator().manual_seed(seed)
    figures = {
        "anil": network(tasks, rounds, generator, ANIL, whole=False),
        "closed-form mapping": mapping(tasks, rounds, generator),
        "maml": network(tasks, rounds, generator, MAML, whole=True),
    }
    for name, comparison in figures.items():
        if max(comparison.loss_gap, comparison.gradient_gap) > AGREEMENT:
            gaps = f"{comparison.loss_gap} and {comparison.gradient_gap}"
            raise ValueError(f"{name}: found gaps of {gaps}, expected {AGREEMENT}")
    return {name: comparison._asdict() for name, comparison in figures.items()}


def network(
    tasks: int, rounds: int, generator: torch.Generator, kind: type[ANIL] | type[MAML], *, whole: bool
) -> Comparison:
    """A network, or its head, for all tasks at once, against a clone for one task after the other."""
    model = Classifier(DIMENSIONS, HIDDEN, WAYS)
    model.initialise(torch.zeros(DIMENSIONS), torch.ones(DIMENSIONS), generator)
    episodes = some_episodes(tasks, generator)
    shared, learner, live = weights_of(model), kind(model, CLASSES, STEPS, 0.5), copy.deepcopy(model)
    return compared(
        tasks, rounds, lambda: learner.meta_gradient(shared, episodes), lambda: cloned(live, episodes, whole=whole)
    )


def mapping(tasks: int, rounds: int, generator: torch.Generator) -> Comparison:
    """A map from k seeds: ridge towards a shared prior in closed form, against MAML from that prior.

    The two adapt differently, so only what they have in common is compared: the loss of both on the query where no
    adaptation takes place (an infinite penalty, no inner step), and its gradient with respect to the prior.
    """
    prior = torch.eye(DIMENSIONS) + 0.01 * torch.randn(DIMENSIONS, DIMENSIONS, generator=generator)
    pairs = [map_task(generator) for _ in range(tasks)]
    episodes = [Episode(Batch(*support), Batch(*query)) for support, query in pairs]
    support_x, support_y = (torch.stack(matrices) for matrices in zip(*(support for support, _ in pairs), strict=True))
    query_x, query_y = (torch.stack(matrices) for matrices in zip(*(query for _, query in pairs), strict=True))
    linear = nn.Linear(DIMENSIONS, DIMENSIONS, bias=False)

    def ours(penalty: float = 1.0) -> Result:
        weight = prior.clone().requires_grad_()
        gram = support_x @ support_x.mT + penalty * torch.eye(SEEDS)
        # The dual: k x k, the prior shared by all tasks.
        solved = torch.linalg.solve(gram, support_y - support_x @ weight)
        losses = (query_x @ weight + (query_x @ support_x.mT) @ solved - query_y).square().sum(dim=2).mean(dim=1)
        (gradient,) = torch.autograd.grad(losses.mean(), [weight])
        return {"weight": gradient.T}, tuple(losses.detach().tolist())

    def theirs(steps: int = STEPS) -> Result:
        result = MAML(linear, squared, steps, 0.5).meta_gradient({"weight": prior.T}, episodes)
        return result.gradient, result.losses

    checked = compared(tasks, 1, lambda: ours(1e12), lambda: theirs(0))
    timed = compared(tasks, rounds, ours, theirs)
    return timed._replace(loss_gap=checked.loss_gap, gradient_gap=checked.gradient_gap)


def compared(tasks: int, rounds: int, ours: Callable[[], Result], theirs: Callable[[], Result]) -> Comparison:
    """Both sides in turns, after one round that is not counted; gaps are relative to the larger result, from 1 up."""
    (gradient, losses), (other_gradient, other_losses) = ours(), theirs()
    loss_gap = max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(losses, other_losses, strict=True))
    largest = max(1.0, *(float(part.abs().max()) for part in gradient.values()))
    gradient_gap = max(float((gradient[name] - other_gradient[name]).abs().max()) for name in gradient) / largest
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, run in enumerate((ours, theirs)):
            start = time.process_time()
            run()
            times[side].append(time.process_time() - start)
    fast, slow = (min(runs) for runs in times)
    return Comparison(tasks, 1 / fast, 1 / slow, slow / fast, loss_gap, gradient_gap)


def some_episodes(tasks: int, generator: torch.Generator) -> list[Episode]:
    """Tasks of equal size: classes are clouds around random centres."""

    def batch(centres: Tensor, per_class: int) -> Batch:
        truth = torch.eye(WAYS).repeat_interleave(per_class, dim=0)
        return Batch(truth @ centres + torch.randn(WAYS * per_class, DIMENSIONS, generator=generator), truth)

    every = [torch.randn(WAYS, DIMENSIONS, generator=generator) for _ in range(tasks)]
    return [Episode(batch(centres, SHOTS), batch(centres, QUERIES)) for centres in every]


def map_task(generator: torch.Generator) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Pairs of unit vectors on either side of a rotation, with noise: support and query."""
    turn, _ = torch.linalg.qr(torch.randn(DIMENSIONS, DIMENSIONS, generator=generator))
    x = nn.functional.normalize(torch.randn(SEEDS + ASKED, DIMENSIONS, generator=generator), dim=1)
    y = nn.functional.normalize(x @ turn + 0.02 * torch.randn(x.shape, generator=generator), dim=1)
    return (x[:SEEDS], y[:SEEDS]), (x[SEEDS:], y[SEEDS:])


def squared(output: Tensor, truth: Tensor) -> Tensor:
    """The mean squared distance of rows."""
    return (output - truth).square().sum(dim=1).mean()


class Clone(nn.Module):
    """A module whose parameters are tensors in a graph, adapted as learn2learn does: clone, differentiate, update."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = copied_module(module)

    def forward(self, x: Tensor) -> Tensor:
        """The module's output."""
        output: Tensor = self.module(x)
        return output

    def adapt(self, loss: Tensor, rate: float) -> None:
        """One step of descent through which gradients flow."""
        named = live_parameters(self.module)
        gradients = torch.autograd.grad(loss, [parameter for _, _, parameter in named], create_graph=True)
        for (owner, name, parameter), gradient in zip(named, gradients, strict=True):
            owner._parameters[name] = parameter - rate * gradient  # type: ignore[assignment]


def cloned(model: Classifier, episodes: list[Episode], *, whole: bool) -> Result:
    """A meta-gradient by clones: of the head alone, or of the ``whole`` model; one backward pass for all tasks."""
    for parameter in model.parameters():
        parameter.grad = None
    total, losses = torch.zeros(()), []
    for episode in episodes:
        learner = Clone(model if whole else model.head)
        batches = episode.support, episode.query
        support, query = (batch.x if whole else model.features(batch.x) for batch in batches)
        for _ in range(STEPS):
            learner.adapt(nn.functional.cross_entropy(learner(support), episode.support.y), 0.5)
        value = nn.functional.cross_entropy(learner(query), episode.query.y)
        losses.append(value)
        total = total + value / len(episodes)
    total.backward()  # type: ignore[no-untyped-call]
    gradient = {name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None}
    return gradient, tuple(float(loss.detach()) for loss in losses)


def copied_module(module: nn.Module) -> nn.Module:
    """A module of the same shape whose parameters are clones in the graph of the originals."""
    made = copy.copy(module)
    clones: dict[str, Any] = {
        name: None if parameter is None else parameter.clone() for name, parameter in module._parameters.items()
    }
    made._parameters = clones
    made._modules = {name: submodule and copied_module(submodule) for name, submodule in module._modules.items()}
    return made


def live_parameters(module: nn.Module) -> list[tuple[nn.Module, str, Tensor]]:
    """Every parameter with the module that holds it and its name there."""
    own = [(module, name, parameter) for name, parameter in module._parameters.items() if parameter is not None]
    return own + [
        live for submodule in module._modules.values() if submodule is not None for live in live_parameters(submodule)
    ]


if __name__ == "__main__":
    main()
