"""Draws how well the languages of a graph are linked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from isogloss.data.picture import check_picture, picture
from isogloss.kg.results import Stats


def draw_coverage(stats: Stats, path: Path, *, force: bool = False) -> None:
    """Write a picture of the matrix languages × languages: how many translations link each two, on a log scale.

    Raises:
        OutputError: matplotlib is not installed, the ending of ``path`` is of no known format, or something is there.
    """
    check_picture(path, force=force)
    from matplotlib.colors import LogNorm

    codes = [language.code for language in stats.languages]
    counts = np.zeros((len(codes), len(codes)))
    for (source, target), count in stats.coverage.items():
        a, b = codes.index(source), codes.index(target)
        counts[a, b] = counts[b, a] = count
    side = max(4.0, 0.3 * len(codes) + 2)
    with picture(path, side, side, force=force) as figure:
        axes = figure.subplots()
        shown = np.ma.masked_equal(counts, 0)
        scale = LogNorm(vmin=1, vmax=max(10.0, counts.max(initial=0)))
        image = axes.imshow(shown, norm=scale, cmap="viridis")
        axes.set_xticks(range(len(codes)), codes, rotation=90)
        axes.set_yticks(range(len(codes)), codes)
        axes.set_title("Translations between languages")
        figure.colorbar(image, ax=axes, shrink=0.8)
