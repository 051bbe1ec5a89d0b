"""A task map as a heat map beside its tree (needs the extra ``plot``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.data.errors import OutputError
from isogloss.data.extras import naming_extras
from isogloss.data.storage import refuse_to_overwrite, replacing
from isogloss.meta.taskmap.affinity import TaskMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_map(task_map: TaskMap, path: Path, *, force: bool = False) -> None:
    """Draw ``task_map`` into ``path``, whose ending says the format (``.svg``, ``.png``, ``.pdf``).

    Raises:
        OutputError: ``path`` is taken or cannot be written, or matplotlib is not installed.
        VocabularyError: There are fewer than two kinds of tasks.
    """
    from scipy.cluster.hierarchy import dendrogram

    size = len(task_map.names)
    figure = new_figure(3 + 0.5 * size, 1.5 + 0.32 * size)
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.2))
    dendrogram(
        task_map.tree(), ax=left, orientation="left", no_labels=True, color_threshold=0, above_threshold_color="0.3"
    )
    left.set(xlabel=f"1 - {task_map.measure} affinity")
    left.spines[["top", "right", "left"]].set_visible(False)
    draw_heat_map(task_map, figure, right)
    save_figure(figure, path, force=force)


def draw_heat_map(task_map: TaskMap, figure: Figure, axes: Axes) -> None:
    """Draw the affinities of ``task_map`` into ``axes``, similar kinds of tasks beside each other."""
    order, size = task_map.order(), len(task_map.names)
    affinity = task_map.affinity[order][:, order]
    image = axes.imshow(affinity, vmin=-1, vmax=1, cmap="RdBu_r", origin="lower", aspect="auto")
    names = [task_map.names[place] for place in order]
    axes.set_yticks(range(size), names, fontsize=7)
    axes.set_xticks(range(size), names, fontsize=7, rotation=90)
    figure.colorbar(image, ax=axes, shrink=0.6, label=f"{task_map.measure} affinity")


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, apart from any window.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    with naming_extras("a picture"):
        from matplotlib.figure import Figure
    return Figure(figsize=(width, height), layout="constrained")


def check_figure(path: Path, *, force: bool = False) -> str:
    """The format of a figure by the ending of its path; before any work, since it may take minutes.

    Raises:
        OutputError: ``path`` is taken, or has an ending that names no format.
        MissingExtraError: matplotlib is not installed.
    """
    formats = new_figure(1, 1).canvas.get_supported_filetypes()
    kind = path.suffix.lstrip(".").lower()
    if kind not in formats:
        raise OutputError(f"{path}: found the ending {path.suffix!r}, expected one of {', '.join(sorted(formats))}")
    refuse_to_overwrite(path, force, folder=False)
    return kind


def save_figure(figure: Figure, path: Path, *, force: bool = False) -> None:
    """Write ``figure``, whole or not at all.

    Raises:
        OutputError: As ``check_figure``, or ``path`` cannot be written.
    """
    kind = check_figure(path, force=force)
    with replacing(path, force=force) as part:
        figure.savefig(part, format=kind, dpi=150)
