"""Results of the benchmark of new languages: methods by name, means, paired differences, tables and a figure."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import markdown_line, markdown_table, with_interval
from isogloss.data.numerics.bootstrap import Interval, paired_bootstrap

BASELINES = {
    "Procrustes": "the rotation of the seeds",
    "truncated": "Procrustes between leading principal directions, half as many as seeds",
    "plain": "self-learning from Procrustes",
    "profiles": "self-learning from similarity to the seeds",
    "cut": "self-learning from truncated Procrustes",
    "best start": "that of the three whose pairs agree best",
    "identical": "self-learning from words spelled alike, without the seeds",
    "pivot": "pivoting through other languages: the translation of the seed that shares most translations with a word",
    "pooled": "best start, a ranker trained on the words of other languages at once, without episodes",
}
OURS = {
    "grown": "self-learning with weighted directions, from the seeds or their profiles; no training on other languages",
    "as it comes": "grown as `lexicon build` does it, with the bundled prior, trained without the language",
    "matched": "self-learning from the soft assignment of the prior, no ranker",
    "matched, few": "the same, trained without pairs inferred in the graph",
    "built": "`lexicon build` from matched, its candidates in the order of CSLS",
    "built, scratch": "its candidates in the order of a ranker trained on the seeds alone",
    "built, pooled": "in that of the ranker of pooled",
    "all pooled": "`lexicon build` from matched with the ranker of pooled: self-training and order",
    "no memory": "`lexicon build --prior` without the memory: self-training and order",
    "not adapted": "in the order of MAML with its memory, not adapted",
    "first order": "in that of first-order MAML with its memory, adapted to the seeds",
    "adapted": "in that of MAML with its memory, adapted to the seeds: `lexicon build --prior` without third languages",
    "third, not asked": "the candidates and pairs of the next row, in the order of adapted",
    "third languages": "`lexicon build --prior`: candidates also compared with translations into third languages",
}
THIRD = ("third, not asked", "third languages")
RANKED = tuple(OURS)[tuple(OURS).index("built") :]  # where `lexicon build` refuses, nothing is right
METHODS = (*BASELINES, *OURS)
CONFIDENCE_SAMPLES = 2_000  # of the bootstrap; round number


class Cell(NamedTuple):
    """One draw of seeds: the test words, and for each method 1 where its translation is right, else 0."""

    language: str
    seeds: int
    draw: int
    words: NDArray[np.int64]
    hits: Mapping[str, NDArray[np.float64]]


def summary(cells: Sequence[Cell], options: argparse.Namespace) -> dict[str, Any]:
    """Means, and paired differences with their intervals (paired bootstrap: words are resampled whole).

    Where several languages are together each counts alike, however many words could be asked.
    """
    rows = [
        {
            "language": language,
            "seeds": count,
            "draws": len(selected),
            "words": len(selected[0].words),
            "P@1": {name: _mean(selected, name) for name in selected[0].hits},
            "by draw": {name: [_mean([cell], name) for cell in selected] for name in selected[0].hits},
        }
        for language in dict.fromkeys(cell.language for cell in cells)
        for count in sorted({cell.seeds for cell in cells})
        if (selected := [cell for cell in cells if (cell.language, cell.seeds) == (language, count)])
    ]
    few = [cell for cell in cells if cell.seeds <= 100]
    groups = ({"all": few} if few else {}) | {
        language: [cell for cell in few if cell.language == language]
        for language in dict.fromkeys(cell.language for cell in few)
    }
    methods = [name for name in METHODS if all(name in cell.hits for cell in cells)]
    ours = methods[-1]  # the fullest that was run
    gains = {
        group: {name: confidence(group_cells, ours, name) for name in methods[:-1]}
        for group, group_cells in groups.items()
    }
    ablated = groups if "matched, few" in methods else {}
    return {
        "settings": {"vocabulary": options.vocabulary, "questions": options.questions, "world": options.world},
        "methods": BASELINES | OURS,
        "rows": rows,
        "mean up to 100 seeds": {
            group: {name: _balanced(group_cells, name) for name in methods} for group, group_cells in groups.items()
        },
        "ours": ours,
        "gain": gains,
        "gain of auxiliary tasks": {
            group: confidence(group_cells, "matched", "matched, few") for group, group_cells in ablated.items()
        },
    }


def _mean(cells: Sequence[Cell], name: str) -> float:
    return round(100 * float(np.mean([cell.hits[name].mean() for cell in cells])), 1)


def _balanced(cells: Sequence[Cell], name: str) -> float:
    """The mean over languages, each counting once."""
    languages = {cell.language for cell in cells}
    return round(
        float(np.mean([_mean([cell for cell in cells if cell.language == language], name) for language in languages])),
        1,
    )


def confidence(cells: Sequence[Cell], ours: str, baseline: str) -> list[float]:
    """The mean of ``ours`` less that of ``theirs`` and its 95 % interval, in points; languages count alike."""
    languages = sorted({cell.language for cell in cells})
    strata = np.concatenate([np.full(len(cell.words), languages.index(cell.language)) for cell in cells])
    words = np.concatenate([cell.words for cell in cells])
    a, b = (np.concatenate([cell.hits[name] for cell in cells]) for name in (ours, baseline))
    random = np.random.default_rng(0)
    interval: Interval = paired_bootstrap(a, b, words, random, strata=strata, samples=CONFIDENCE_SAMPLES)
    return [round(100 * value, 1) for value in interval]


def tables(result: Mapping[str, Any]) -> str:
    """Markdown: means by method, differences, and every number of seeds by itself."""
    methods = [name for name in METHODS if all(name in row["P@1"] for row in result["rows"])]
    by_seeds = (
        [row["language"], row["seeds"], f"{row['words']} × {row['draws']}", *(row["P@1"][name] for name in methods)]
        for row in result["rows"]
    )
    overall = [*_overall(result, methods), ""] if result["gain"] else []
    return "\n".join([*overall, markdown_table(["language", "seeds", "words × draws", *methods], by_seeds)])


def _overall(result: Mapping[str, Any], methods: Sequence[str]) -> Iterator[str]:
    means, groups = result["mean up to 100 seeds"], result["gain"]
    rows = ([name, *(mean_of[name] for mean_of in means.values())] for name in methods)
    yield markdown_table(["P@1, mean up to 100 seeds", *means], rows)
    yield ""
    gains = ([name, *(with_interval(group[name]) for group in groups.values())] for name in methods[:-1])
    yield markdown_table([f"{result['ours']} against", *groups], gains)
    if ablated := result["gain of auxiliary tasks"]:
        yield markdown_line(["matched against matched, few", *map(with_interval, ablated.values())])


def draw_figure(result: Mapping[str, Any], path: Path) -> None:
    """P@1 against the number of seeds, a panel for each language."""
    from matplotlib.figure import Figure

    languages = list(dict.fromkeys(row["language"] for row in result["rows"]))
    figure = Figure(figsize=(3.2 * len(languages), 3.4))
    panels = figure.subplots(1, len(languages), sharey=True, squeeze=False)
    for panel, language in zip(panels[0], languages, strict=True):
        rows = [row for row in result["rows"] if row["language"] == language]
        for name in ("Procrustes", "plain", "profiles", "cut", "pooled", "matched", "adapted"):
            panel.plot(
                [row["seeds"] for row in rows],
                [row["P@1"].get(name) for row in rows],
                marker="o",
                linewidth=2 if name in OURS else 1,
                linestyle="-" if name in OURS else "--",
                label=name,
            )
        panel.set_xscale("log")
        panel.set_title(f"English to {language}")
        panel.set_xlabel("seeds")
    panels[0][0].set_ylabel("P@1")
    panels[0][-1].legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path)
