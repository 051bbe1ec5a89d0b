"""`isogloss meta tasks`: what can be drawn from a graph, and how kinds of tasks resemble one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from isogloss.cli.console import print_json, print_rows, progress
from isogloss.cli.meta import options
from isogloss.cli.meta.inputs import SAMPLE, GraphFile, HoldOut, VectorFiles, task_space
from isogloss.cli.options import Cache, Force, Json, Seed

if TYPE_CHECKING:
    from isogloss.meta.taskmap.affinity import TaskMap
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

    if (out or figure or run) and not affinity:
        raise typer.BadParameter("--out, --figure and --run go with --affinity", param_hint="--affinity")
    _check_outputs(out, figure, force)
    space = task_space(graph, vectors, hold_out, vocabulary if affinity else None, cache)
    space = replace(space, families=OF_CANDIDATES)
    if affinity:
        from isogloss.meta.taskmap.affinity import save_map
        from isogloss.meta.taskmap.drawing import draw_map

        settings = {"model": model, "vocabulary": vocabulary, "seed": seed}
        task_map = _task_map(space, affinity, run, settings, episodes)
        if out is not None:
            save_map(task_map, out, force=force)
        if figure is not None:
            draw_map(task_map, figure, force=force)
        if json:
            print_json(task_map.as_json())
        else:
            print_rows(task_map.rows(), ("kind", *task_map.names))
        return
    listed = [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.kinds]
    listed += [(kind.family.name, kind.source, kind.target, kind.words) for kind in space.word_kinds]
    names = ("family", "source", "target", "words")
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in listed])
        return
    print_rows(listed, names)


def _check_outputs(out: Path | None, figure: Path | None, force: bool) -> None:
    """Refuse an output that cannot be written before the tasks are drawn and compared."""
    if out is not None:
        from isogloss.data.storage import refuse_to_overwrite

        refuse_to_overwrite(out, force, folder=False)
    if figure is not None:
        from isogloss.meta.taskmap.drawing import check_figure

        check_figure(figure, force=force)


def _task_map(space: TaskSpace, affinity: str, run: Path | None, settings: Mapping[str, Any], episodes: int) -> TaskMap:
    """The similarity of kinds of tasks: by a trained model, or by an untrained one of ``settings``."""
    from isogloss.meta.taskmap.affinity import by_descriptor, by_gradient
    from isogloss.meta.training.checkpoint import load
    from isogloss.meta.training.run import begin, episodes_of
    from isogloss.meta.training.settings import Settings

    trained = load(run) if run is not None else None
    chosen = trained.settings if trained else Settings(**settings)
    drawn = episodes_of(space, replace(chosen, episodes=episodes, families=()), progress=progress)
    if affinity == "descriptor":
        return by_descriptor(drawn)
    trained = trained or begin(drawn, chosen)
    return by_gradient(trained.learner(), trained.state.weights, drawn)
