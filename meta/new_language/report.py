"""A training run as a table and a picture of its learning curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from isogloss.meta.new_language.evaluation import METHODS, OURS, Evaluation
from isogloss.meta.taskmap.affinity import TaskMap
from isogloss.meta.taskmap.drawing import draw_heat_map, new_figure, save_figure
from isogloss.meta.training.checkpoint import Checkpoint
from isogloss.meta.training.outer_loop import PRECISION
from isogloss.meta.training.weighting import AGREEMENT

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 9, 4  # of a panel with its legend, in inches; round numbers
WINDOW = 25  # steps whose mean is a point of a smoothed curve; round number


def curves(checkpoint: Checkpoint) -> dict[str, tuple[list[int], list[float]]]:
    """Steps and losses of every family of tasks, for the steps that drew it; likewise the held-out precision."""
    by_name: dict[str, tuple[list[int], list[float]]] = {}
    for number, step in enumerate(checkpoint.history, 1):
        for name, value in step.items():
            steps, values = by_name.setdefault(name, ([], []))
            steps.append(number)
            values.append(value)
    return dict(sorted(by_name.items()))


def run_table(checkpoint: Checkpoint) -> list[tuple[object, ...]]:
    """A header, and for every curve its first and last values, each the mean of up to ``WINDOW``, best and steps."""
    rows: list[tuple[object, ...]] = [("curve", "steps", "first", "last", "best", "best at step")]
    for name, (steps, values) in curves(checkpoint).items():
        window = 1 if name == PRECISION else WINDOW
        best = int(np.argmax(values)) if name == PRECISION else int(np.argmin(values))
        first, last = np.mean(values[:window]), np.mean(values[-window:])
        rows.append((name, len(steps), float(first), float(last), values[best], steps[best]))
    return rows


def weights_table(checkpoint: Checkpoint) -> list[tuple[str, float]]:
    """A line for each auxiliary family: cosine of its gradient with the main one, a running mean."""
    agreements = {name: value for name, value in checkpoint.state.memo.items() if name.startswith(AGREEMENT)}
    return [(name.removeprefix(AGREEMENT), float(value)) for name, value in sorted(agreements.items())]


def memory_table(checkpoint: Checkpoint) -> Iterator[tuple[object, ...]]:
    """A line for each task in memory: label, times it was read, and norm of its offset from φ."""
    yield from checkpoint.state.memory.report()


def tables(checkpoint: Checkpoint) -> dict[str, object]:
    """All tables of a run, for ``json.dumps``."""
    header, *rows = run_table(checkpoint)
    return {
        "curves": [dict(zip(map(str, header), row, strict=True)) for row in rows],
        "agreement": dict(weights_table(checkpoint)),
        "memory": [dict(zip(("task", "reads", "norm"), row, strict=True)) for row in memory_table(checkpoint)],
        "history": [dict(step) for step in checkpoint.history],
    }


def draw_evaluation(
    checkpoint: Checkpoint | None,
    evaluation: Evaluation,
    path: Path,
    *,
    task_map: TaskMap | None = None,
    force: bool = False,
) -> None:
    """Draw the learning curves of a run, P@1 against seeds in each held-out language, and a task map, as there are.

    Raises:
        OutputError: ``path`` is taken or cannot be written, or matplotlib is not installed.
    """
    languages = list(dict.fromkeys(row.held_out for row in evaluation.rows))
    count = (checkpoint is not None) + len(languages) + (task_map is not None)
    figure = new_figure(WIDTH, HEIGHT * max(count, 1))
    panels = list(np.atleast_1d(figure.subplots(max(count, 1), 1)))
    if checkpoint is not None:
        _draw_curves(checkpoint, panels.pop(0))
    for language in languages:
        _draw_precision(evaluation, language, panels.pop(0))
    if task_map is not None:
        draw_heat_map(task_map, figure, panels.pop(0))
    save_figure(figure, path, force=force)


def _draw_precision(evaluation: Evaluation, language: str, axes: Axes) -> None:
    """P@1 of each method in a held-out language against the number of seeds, with 95 % intervals over words."""
    rows = sorted((row for row in evaluation.rows if row.held_out == language), key=lambda row: row.seeds)
    counts = [row.seeds for row in rows]
    for place, method in enumerate(METHODS):
        spread = 1 + 0.02 * (place - len(METHODS) / 2)  # beside one another, so that intervals can be told apart
        means = np.array([row.precision[method] for row in rows])
        bounds = np.array([row.interval[method][1:] for row in rows]).T
        axes.errorbar(
            np.array(counts) * spread,
            means,
            np.abs(bounds - means),
            marker="o",
            markersize=4,
            linewidth=2.5 if method == OURS else 1,
            elinewidth=1,
            label=method.replace("_", " "),
        )
    axes.set(xlabel="seeds", ylabel=f"P@1, {rows[0].source} to {rows[0].target}", xscale="log", ylim=(0, 1))
    axes.set_xticks(counts, [str(k) for k in counts])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    _legend_beside(axes)


def _draw_curves(checkpoint: Checkpoint, axes: Axes) -> None:
    """Losses by family, each a running mean, and the held-out precision where it was measured."""
    losses = curves(checkpoint)
    precision = losses.pop(PRECISION, None)
    for name, (steps, values) in losses.items():
        axes.plot(steps, smoothed(values), label=name)
    axes.set(xlabel="outer steps", ylabel="query loss after adaptation")
    axes.grid(alpha=0.3)
    lines = axes.get_lines()
    if precision is not None:
        right = axes.twinx()
        lines += right.plot(precision[0], precision[1], color="black", marker="o", markersize=3, label=PRECISION)
        right.set(ylabel=PRECISION, ylim=(0, 1))
    _legend_beside(axes, lines, distance=1.0 if precision is None else 1.12)


def _legend_beside(axes: Axes, lines: Sequence[Artist] | None = None, *, distance: float = 1.0) -> None:
    """The legend right of the plot, where it covers nothing."""
    handles = axes.get_legend_handles_labels()[0] if lines is None else list(lines)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(distance + 0.02, 1), borderaxespad=0, fontsize=8)


def smoothed(values: Sequence[float]) -> list[float]:
    """The mean of each value and those before it, at most ``WINDOW`` of them."""
    return [float(np.mean(values[max(0, place - WINDOW + 1) : place + 1])) for place in range(len(values))]
