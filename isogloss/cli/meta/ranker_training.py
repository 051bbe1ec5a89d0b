"""`isogloss meta ranker train`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress
from isogloss.cli.meta import options
from isogloss.cli.meta.inputs import SAMPLE, GraphFile, HoldOut, VectorFiles, task_space
from isogloss.cli.options import Cache, Force, Json, Seed
from isogloss.cli.stopping import keeps

if TYPE_CHECKING:
    from isogloss.meta.training.outer_loop import Step
    from isogloss.meta.training.parallel import Group


def train(
    out: Annotated[Path, typer.Option(help="Folder for model.safetensors.", show_default=False)],
    graph: GraphFile = None,
    vectors: VectorFiles = [SAMPLE],  # noqa: B006 (typer copies it)
    hold_out: HoldOut = None,
    watch: options.Watched = None,
    model: options.Model = "ranker",
    family: options.Families = None,
    learner: options.Learner = "maml",
    steps: options.Steps = 300,
    episodes: options.Episodes = 48,
    setting: options.Setting = None,
    every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 50,
    resume: Annotated[bool, typer.Option("--resume", help="Resume the run in the output folder.")] = False,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Meta-train on tasks drawn from the graph; stop with Ctrl-C, continue with --resume with the same result.

    Example: isogloss meta ranker train --graph isogloss.db --hold-out fi --out ranker
    """
    from isogloss.data.language import language_code
    from isogloss.data.progress import silent
    from isogloss.meta.training.checkpoint import FILE, load
    from isogloss.meta.training.outer_loop import PRECISION
    from isogloss.meta.training.prepared import FILE as TASKS
    from isogloss.meta.training.run import Checkpointing, run_training
    from isogloss.meta.training.settings import Settings

    settings = Settings(
        learner=learner,
        steps=steps,
        episodes=episodes,
        seed=seed,
        model=model,
        families=tuple(family or ()),
        watched=tuple(sorted(map(language_code, watch or ()))),
    )
    settings = options.with_settings(settings, setting)
    space = task_space(graph, vectors, hold_out, settings.vocabulary, cache)

    def report_losses(step: Step) -> None:
        if PRECISION in step.losses or step.number % every == 0:
            note(f"step {step.number}: {_shown(step.losses)}")

    keeps(f"{out} has a checkpoint of every {every} steps; continue with --resume")
    try:
        with _processes() as group:
            trained = run_training(
                space,
                settings,
                checkpoints=Checkpointing(out, every, resume, force, writing=group.first),
                progress=progress if group.first else silent,
                watch=report_losses if group.first else None,
                share=group.share,
            )
    except KeyboardInterrupt:
        if (out / FILE).exists():
            keeps(f"{out / FILE} has {load(out).state.number} steps; continue with --resume")
        elif (out / TASKS).exists():
            keeps(f"{out / TASKS} has the tasks that were prepared; continue with --resume")
        else:
            keeps("no step was done")
        raise
    if not group.first:
        return
    report = {
        "model": str(out / FILE),
        "learner": learner,
        "steps": trained.state.number,
        "languages": trained.languages,
        "held_out": trained.held_out,
        "loss": dict(trained.history[-1]) if trained.history else {},
    }
    if json:
        print_json(report)
        return
    words = {"languages": " ".join(trained.languages), "held_out": " ".join(trained.held_out)}
    print_rows((report | words | {"loss": _shown(dict(trained.history[-1]) if trained.history else {})}).items())


def _shown(losses: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in losses.items())


def _processes() -> AbstractContextManager[Group]:
    """The processes of this run: those that torchrun started, or this one alone."""
    from isogloss.meta.training.parallel import ALONE, processes

    return processes() if "TORCHELASTIC_RUN_ID" in os.environ else nullcontext(ALONE)
