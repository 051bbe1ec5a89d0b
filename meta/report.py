"""A training run as a table and a picture of its learning curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from meta.checkpoint import Checkpoint
from meta.run import PRECISION
from meta.taskmap.drawing import new_figure, save_figure
from meta.weighting import AGREEMENT

WINDOW = 25  # steps that a point of a smoothed curve is the mean of


def curves(checkpoint: Checkpoint) -> dict[str, tuple[list[int], list[float]]]:
    """Of every family the steps that drew it and their losses; likewise of the held-out precision."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for number, step in enumerate(checkpoint.history, 1):
        for name, value in step.items():
            steps, values = found.setdefault(name, ([], []))
            steps.append(number)
            values.append(value)
    return dict(sorted(found.items()))


def run_table(checkpoint: Checkpoint) -> list[tuple[object, ...]]:
    """A header, and for every curve its first and last values, each the mean of up to ``WINDOW``, best and steps."""
    rows: list[tuple[object, ...]] = [("curve", "steps", "first", "last", "best", "best at step")]
    for name, (steps, values) in curves(checkpoint).items():
        most = 1 if name == PRECISION else WINDOW
        best = int(np.argmax(values)) if name == PRECISION else int(np.argmin(values))
        first, last = np.mean(values[:most]), np.mean(values[-most:])
        rows.append((name, len(steps), float(first), float(last), values[best], steps[best]))
    return rows


def weights_table(checkpoint: Checkpoint) -> list[tuple[object, ...]]:
    """A line for each auxiliary family: how far its gradient agreed with the main one's (a running mean of cosines)."""
    agreements = {name: value for name, value in checkpoint.state.memo.items() if name.startswith(AGREEMENT)}
    return [(name.removeprefix(AGREEMENT), float(value)) for name, value in sorted(agreements.items())]


def memory_table(checkpoint: Checkpoint) -> Iterator[tuple[object, ...]]:
    """A line for each task in memory: label, times it was read, and how far it led away from φ."""
    yield from checkpoint.state.memory.report()


def draw_curves(checkpoint: Checkpoint, path: Path, *, force: bool = False) -> None:
    """Draw losses by family, each a running mean, and the held-out precision where it was measured.

    Raises:
        OutputError: ``path`` is taken or cannot be written, or matplotlib is not installed.
    """
    found = curves(checkpoint)
    precision = found.pop(PRECISION, None)
    figure = new_figure(7, 4)
    axes = figure.subplots()
    for name, (steps, values) in found.items():
        axes.plot(steps, smoothed(values), label=name)
    axes.set(xlabel="outer steps", ylabel="query loss after adaptation")
    axes.grid(alpha=0.3)
    if precision is not None:
        right = axes.twinx()
        right.plot(precision[0], precision[1], color="black", marker="o", markersize=3, label=PRECISION)
        right.set(ylabel=PRECISION, ylim=(0, 1))
        right.legend(loc="upper right")
    axes.legend(loc="upper left")
    save_figure(figure, path, force=force)


def smoothed(values: Sequence[float]) -> list[float]:
    """The mean of each value and those before it, at most ``WINDOW`` of them."""
    return [float(np.mean(values[max(0, place - WINDOW + 1) : place + 1])) for place in range(len(values))]
