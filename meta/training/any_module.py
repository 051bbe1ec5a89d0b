"""Meta-training of anybody's module on anybody's tasks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from isogloss.data.errors import CheckpointError
from isogloss.data.progress import Progress, silent
from isogloss.data.storage import refuse_to_overwrite, replacing
from isogloss.meta.learners import Episode, Learner, learner_named
from isogloss.meta.learners.inner_loop import Batch, Loss
from isogloss.meta.learners.optimiser import Adam, Moments, Optimiser
from isogloss.meta.learners.weights import Weights, weights_of
from isogloss.meta.models.tensor_file import read_tensors, write_tensors
from isogloss.meta.training.outer_loop import check_moved
from isogloss.meta.training.settings import Settings

FILE, FORMAT = "meta.safetensors", "isogloss module 1"

Tasks = Sequence[Episode] | Callable[[torch.Generator], Episode]
"""Tasks to draw from with replacement, or a function that makes one."""


@dataclass(frozen=True)
class Loops:
    """The inner and the outer loop of meta-training.

    The outer loop takes ``steps`` of Adam of length ``outer_rate``, each on ``tasks_per_step`` tasks that ``seed``
    draws. The inner loop takes ``inner_steps`` of gradient descent of length ``inner_rate``; ``proximity`` is the
    weight of half the squared distance to φ.
    """

    steps: int = 1000
    tasks_per_step: int = 4
    inner_steps: int = 3
    inner_rate: float = 0.05
    outer_rate: float = 0.001
    proximity: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class MetaModel:
    """A meta-trained module: shared parameters φ, and adaptation to a task's own θ.

    ``module`` has φ as its parameters. ``weights`` are φ and what the learner learned beside them; ``losses`` the mean
    query loss of every step.
    """

    module: nn.Module
    learner: Learner
    weights: Weights
    losses: tuple[float, ...]

    def adapt(self, x: Tensor, y: Tensor) -> nn.Module:
        """A copy of the module adapted to a task's support set; the shared parameters stay as they are.

        Args:
            x: Inputs, shape ``(examples, ...)``.
            y: Targets, of as many examples.
        """
        own = self.learner.adapt(self.weights, Batch(x, y))
        return _with(copy.deepcopy(self.module), own)

    def __repr__(self) -> str:
        loss = f"loss {self.losses[-1]:.4g}" if self.losses else "untrained"
        return f"<MetaModel {type(self.module).__name__}: {len(self.losses):,} steps, {loss}>"


def train(
    model: nn.Module,
    tasks: Tasks,
    *,
    loss: Loss,
    learner: str | Callable[[nn.Module, Loss], Learner] = "maml",
    loops: Loops | None = None,
    optimiser: Optimiser | None = None,
    folder: Path | str | None = None,
    every: int = 100,
    resume: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> MetaModel:
    """Meta-train any module: find parameters φ from which each of ``tasks`` is learned from its support set.

    ``model`` stays as it is. Frozen parameters (``requires_grad=False``) are never moved, and buffers never changed.
    Randomness within the module (dropout) is seeded by ``loops.seed`` and the step, so that a resumed run ends where an
    uninterrupted one would have.

    Args:
        model: Takes a batch of inputs, gives a batch of outputs.
        tasks: Episodes to draw from with replacement, or a function that makes one from a random generator.
        loss: From outputs and targets to a scalar, such as ``torch.nn.functional.mse_loss``.
        learner: ``maml``, ``fomaml``, ``reptile``, ``meta-sgd``, ``imaml``; ``anil``, ``prototypes`` and ``ridge`` for
            modules with a head; a name that a package registers as an entry point ``isogloss.learners``; or a function
            from module and loss to a learner.
        loops: Steps and rates.
        optimiser: Takes the outer step; Adam at ``loops.outer_rate`` by default.
        folder: Where a checkpoint is written every ``every`` steps, at the end and when interrupted.
        every: Steps from one checkpoint to the next.
        resume: Continue the run in ``folder``.
        force: Overwrite the run in ``folder``.
        progress: Watches the steps.

    Raises:
        ValueError: ``learner`` is unknown, a setting is out of range, there are no tasks, or nothing can be trained.
        CheckpointError: The run in ``folder`` cannot be continued; or no parameter moved, or one is no number any more.
        OutputError: There is a run in ``folder``, and neither ``resume`` nor ``force`` is set; or it cannot be written.
    """
    loops = loops or Loops()
    _check(model, tasks, loops)
    made = _learner(learner, model, loss, loops)
    optimiser = optimiser or Adam(loops.outer_rate)
    path = Path(folder) / FILE if folder is not None else None
    start = made.initial(weights_of(model))
    run = _Run(start, Moments.of(start), ())
    if path is not None and resume and path.exists():
        run = _read(path, learner, loops, run)
    elif path is not None:
        refuse_to_overwrite(path, force)
    saved = len(run.losses) if resume else -1
    try:
        steps = _steps(made, tasks, loops, run, optimiser)
        for step in progress(steps, "Meta-training", loops.steps - len(run.losses)):
            run = step
            if path is not None and len(run.losses) % every == 0:
                _write(path, learner, loops, run)
                saved = len(run.losses)
    finally:
        if path is not None and saved != len(run.losses):
            _write(path, learner, loops, run)
    check_moved(start, run.weights, len(run.losses))
    shared = {name: weight for name, weight in run.weights.items() if name in dict(model.named_parameters())}
    return MetaModel(_with(copy.deepcopy(model), shared), made, run.weights, run.losses)


@dataclass(frozen=True, eq=False)
class _Run:
    """All that the next step depends on."""

    weights: dict[str, Tensor]
    moments: Moments
    losses: tuple[float, ...]


def _steps(learner: Learner, tasks: Tasks, loops: Loops, run: _Run, optimiser: Optimiser) -> Iterator[_Run]:
    for number in range(len(run.losses), loops.steps):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(loops.seed * 1_000_003 + number)
            generator = torch.Generator().manual_seed(torch.initial_seed())
            drawn = [_drawn(tasks, generator) for _ in range(loops.tasks_per_step)]
            gradient, losses = learner.meta_gradient(run.weights, drawn)
        weights, moments = optimiser(run.weights, gradient, run.moments)
        run = _Run(weights, moments, (*run.losses, sum(losses) / len(losses)))
        yield run


def _drawn(tasks: Tasks, generator: torch.Generator) -> Episode:
    if callable(tasks):
        return tasks(generator)
    return tasks[int(torch.randint(len(tasks), (), generator=generator))]


def _check(model: nn.Module, tasks: Tasks, loops: Loops) -> None:
    Settings(**asdict(loops))  # the same ranges
    if not callable(tasks) and not len(tasks):
        raise ValueError("no tasks to train on, expected at least one")
    if not weights_of(model):
        raise ValueError("no parameter of the module requires gradients, so there is nothing to train")


def _learner(
    learner: str | Callable[[nn.Module, Loss], Learner], model: nn.Module, loss: Loss, loops: Loops
) -> Learner:
    if callable(learner):
        return learner(model, loss)
    return learner_named(
        learner, model, loss, steps=loops.inner_steps, rate=loops.inner_rate, proximity=loops.proximity
    )


def _with(module: nn.Module, weights: Weights) -> nn.Module:
    """``module`` with these values of its parameters, of which those of a learner are left out."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name in weights:
                parameter.copy_(weights[name])
    return module


def _described(learner: object, loops: Loops) -> dict[str, object]:
    """What must be the same for a run to go on."""
    name = learner if isinstance(learner, str) else getattr(learner, "__qualname__", type(learner).__qualname__)
    return {"learner": name, **{key: value for key, value in asdict(loops).items() if key != "steps"}}


def _write(path: Path, learner: object, loops: Loops, run: _Run) -> None:
    parts = {"weights": run.weights, "first": run.moments.first, "second": run.moments.second}
    tensors = {f"{part}/{name}": value for part, named in parts.items() for name, value in named.items()}
    about = {
        "format": FORMAT,
        "settings": _described(learner, loops),
        "updates": run.moments.count,
        "losses": run.losses,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        write_tensors(part, tensors, about)


def _read(path: Path, learner: object, loops: Loops, start: _Run) -> _Run:
    """The run in a file, if it is of the same settings and parameters."""
    _, about, tensors = read_tensors(path, FILE, contents="a training run", remedy="isogloss.meta.train")
    if about.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: found format {about.get('format')!r}, expected {FORMAT!r}; start anew with force"
        )
    now, before = _described(learner, loops), about.get("settings", {})
    changed = sorted(name for name in now if before.get(name) != now[name])
    if changed:
        differ = ", ".join(f"{name} {before.get(name)} (now {now[name]})" for name in changed)
        raise CheckpointError(f"{path}: found a run with another {differ}; give the same, or start anew with force")
    try:
        parts = {
            part: {name: tensors[f"{part}/{name}"] for name in start.weights} for part in ("weights", "first", "second")
        }
        losses = tuple(float(loss) for loss in about["losses"])
        moments = Moments(int(about["updates"]), parts["first"], parts["second"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: found a run of another module ({error}); start anew with force") from error
    if any(tensor.shape != start.weights[name].shape for named in parts.values() for name, tensor in named.items()):
        raise CheckpointError(f"{path}: found a run of a module of other shapes; start anew with force")
    return _Run(parts["weights"], moments, losses)
