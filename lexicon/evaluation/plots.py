"""Pictures of a lexicon: precision against coverage, and both spaces before and after the alignment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from isogloss.data.numerics.normalisation import unit
from isogloss.data.picture import picture
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.evaluation.coverage import Curve
from isogloss.lexicon.induction.translator import Translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELLED = 12  # pairs whose words are written out; chosen by hand so that they can be read


def draw_curve(curve: Curve, path: Path, title: str, *, force: bool = False) -> None:
    """Draw the effect of a threshold of probability: precision against coverage of words, and against recall of pairs.

    Raises:
        OutputError: The picture cannot be drawn or written.
    """
    with picture(path, 6, 4.5, force=force) as figure:
        axes = figure.subplots()
        points = curve.points
        lines = (
            ("first translations: precision against coverage", "coverage", "precision"),
            ("all pairs: precision against recall", "pair_recall", "pair_precision"),
        )
        for label, across, up in lines:
            axes.plot([getattr(p, across) for p in points], [getattr(p, up) for p in points], marker=".", label=label)
        for point in points[::2]:
            if np.isfinite(point.precision):
                axes.annotate(
                    f"{point.threshold:g}",
                    (point.coverage, point.precision),
                    fontsize=7,
                    xytext=(3, 3),
                    textcoords="offset points",
                )
        axes.set(xlabel="coverage, or recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), title=title)
        axes.grid(alpha=0.3)
        axes.legend(loc="lower left", fontsize=8)


def draw_spaces(translator: Translator, path: Path, *, pairs: int = 200, force: bool = False) -> None:
    """Draw known pairs on the two main directions of both spaces: as the vectors came, and as they are mapped.

    The directions are the principal components of what is drawn; a line joins the words of each pair.

    Args:
        translator: The model and its vectors.
        path: The file to write.
        pairs: How many of the pairs that the model was fitted to are drawn, the most frequent words first.
        force: Replace ``path`` where it exists.

    Raises:
        OutputError: The picture cannot be drawn or written.
    """
    names = translator.source.language, translator.target.language
    with picture(path, 11, 5.5, force=force) as figure:
        for axes, (title, points, words) in zip(figure.subplots(1, 2), spaces(translator, pairs), strict=True):
            _draw(axes, *points, names)
            for row in range(0, len(points[0]), max(1, len(points[0]) // LABELLED)):
                for table, side in zip(points, words, strict=True):
                    axes.annotate(side[row], table[row], fontsize=7, parse_math=False)
            axes.set(title=title, xticks=[], yticks=[])


def spaces(translator: Translator, pairs: int) -> list[tuple[str, tuple[Matrix, Matrix], tuple[list[str], list[str]]]]:
    """What ``draw_spaces`` draws, before and after: a title, both sides' points, shape ``(n, 2)``, and their words."""
    shown = _frequent(translator.model.pairs, pairs)
    raw = unit(translator.source.matrix[shown.source]), unit(translator.target.matrix[shown.target])
    sides = translator.model.alignment.source, translator.model.alignment.target
    words = (
        [translator.source.written[row] for row in shown.source.tolist()],
        [translator.target.written[row] for row in shown.target.tolist()],
    )
    mapped = sides[0](raw[0]), sides[1](raw[1])
    return [("before", principal(*raw), words), ("after", principal(*mapped), words)]


def principal(x: Matrix, y: Matrix) -> tuple[Matrix, Matrix]:
    """Both tables, shapes ``(n, d)`` and ``(m, d)``, on their two common principal components (Pearson, 1901)."""
    rows = np.concatenate([x, y])
    centre = rows.mean(axis=0)
    _, _, directions = np.linalg.svd(rows - centre, full_matrices=False)
    return (x - centre) @ directions[:2].T, (y - centre) @ directions[:2].T


def _frequent(pairs: Seeds, count: int) -> Seeds:
    """The pairs of the most frequent words, each word of either side once."""
    order = np.argsort(pairs.source + pairs.target, kind="stable")
    _, first = np.unique(pairs.source[order], return_index=True)
    order = order[np.sort(first)]
    _, first = np.unique(pairs.target[order], return_index=True)
    order = order[np.sort(first)][:count]
    return Seeds(pairs.source[order], pairs.target[order])


def _draw(axes: Axes, x: Any, y: Any, names: tuple[str, str]) -> None:
    for start, end in zip(x, y, strict=True):
        axes.plot(*zip(start, end, strict=True), color="0.8", linewidth=0.5, zorder=1)
    for table, name in zip((x, y), names, strict=True):
        axes.scatter(table[:, 0], table[:, 1], s=8, label=name, zorder=2)
    axes.legend(fontsize=8)
