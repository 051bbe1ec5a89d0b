"""`isogloss meta tasks`: what can be drawn from a graph, and how kinds of tasks resemble one another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli.console import print_json, print_rows, progress
from isogloss.cli.meta import options
from isogloss.cli.meta.inputs import (
    SAMPLE,
    GraphFile,
    HoldOut,
    VectorFiles,
    task_space,
)
from isogloss.cli.options import Cache, Force, Json, Seed

if TYPE_CHECKING:
    from isogloss.meta.models.networks import ModelName
    from isogloss.meta.tasks import TaskSpace


def tasks(
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    affinity: Annotated[
        Literal["descriptor", "gradient"] | None,
        typer.Option(help="Print the similarity of kinds of tasks instead, by this measure."),
    ] = None,
    model: options.Model = "ranker",
    run: Annotated[
        Path | None,
        typer.Option(help="A folder that `meta ranker train` wrote, for gradients.", show_default="an untrained model"),
    ] = None,
    episodes: Annotated[int, typer.Option(min=2, help="Tasks to compare.")] = 24,
    vocabulary: options.Vocabulary = 5000,
    out: Annotated[Path | None, typer.Option(help="Write the similarities as JSON.", show_default=False)] = None,
    figure: Annotated[
        Path | None, typer.Option(help="Draw the similarities as a heat map and a tree.", show_default=False)
    ] = None,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """List the tasks that can be drawn: family, languages, and number of source words.

    Example: isogloss meta tasks --graph isogloss.db --hold-out ja
    """
    from isogloss.meta.tasks import OF_CANDIDATES

    space = task_space(graph, vectors, hold_out, vocabulary if affinity else None, cache)
    space = replace(space, families=OF_CANDIDATES)
    if affinity:
        _task_map(space, affinity, model, run, episodes, vocabulary, out, figure, seed, json, force)
        return
    if out or figure or run:
        raise typer.BadParameter("--out, --figure and --run go with --affinity", param_hint="--affinity")
    listed = [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.kinds]
    listed += [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.word_kinds]
    names = ("family", "source", "target", "words")
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in listed])
        return
    print_rows(listed, names)


def _task_map(
    space: TaskSpace,
    affinity: str,
    model: ModelName,
    run: Path | None,
    episodes: int,
    vocabulary: int,
    out: Path | None,
    figure: Path | None,
    seed: int,
    json: bool,
    force: bool,
) -> None:
    """Print, save and draw how kinds of tasks resemble one another."""
    from isogloss.meta.taskmap.affinity import by_descriptor, by_gradient, save_map
    from isogloss.meta.taskmap.drawing import draw_map
    from isogloss.meta.training.checkpoint import load
    from isogloss.meta.training.run import begin, episodes_of
    from isogloss.meta.training.settings import Settings

    trained = load(run) if run is not None else None
    settings = trained.settings if trained else Settings(model=model, vocabulary=vocabulary, seed=seed)
    drawn = episodes_of(space, replace(settings, episodes=episodes, families=()), progress=progress)
    if affinity == "descriptor":
        task_map = by_descriptor(drawn)
    else:
        trained = trained or begin(drawn, settings)
        task_map = by_gradient(trained.learner(), trained.state.weights, drawn)
    if out is not None:
        save_map(task_map, out, force=force)
    if figure is not None:
        draw_map(task_map, figure, force=force)
    if json:
        print_json(task_map.as_json())
        return
    print_rows(task_map.rows(), ("kind", *task_map.names))
