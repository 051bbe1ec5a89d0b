"""`isogloss meta train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import note, print_json, print_rows, progress
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
    from isogloss.meta.tasks import TaskSpace
    from isogloss.meta.training.checkpoint import Checkpoint
    from isogloss.meta.training.outer_loop import Step
    from isogloss.meta.training.settings import Settings


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
    tasks_per_step: options.TasksPerStep = 4,
    episodes: options.Episodes = 48,
    vocabulary: options.Vocabulary = 5000,
    auxiliary: options.Auxiliary = 0.3,
    weighting: options.Weighting = "uniform",
    sampler: options.Sampler = "uniform",
    memory: options.Memory = 0,
    language_dropout: options.LanguageDropout = 0.0,
    seed_noise: options.SeedNoise = 0.0,
    rotations: options.Rotations = False,
    proximity: options.Proximity = 0.0,
    folds: options.Folds = 0,
    check_every: options.CheckEvery = 25,
    every: Annotated[int, typer.Option(min=1, help="Steps from one checkpoint to the next.")] = 50,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    cache: Cache = None,
    seed: Seed = 0,
    json: Json = False,
    force: Force = False,
) -> None:
    """Meta-train on tasks of the graph; stop with Ctrl-C and go on with --resume, to the same result."""
    from isogloss.data.language import language_code
    from isogloss.meta.training.checkpoint import FILE, load
    from isogloss.meta.training.settings import Settings

    settings = Settings(
        learner=learner,
        steps=steps,
        tasks_per_step=tasks_per_step,
        episodes=episodes,
        vocabulary=vocabulary,
        auxiliary=auxiliary,
        seed=seed,
        model=model,
        families=tuple(family or ()),
        weighting=weighting,
        sampler=sampler,
        memory=memory,
        language_dropout=language_dropout,
        seed_noise=seed_noise,
        rotations=rotations,
        proximity=proximity,
        folds=folds,
        check_every=check_every,
        watched=tuple(sorted(map(language_code, watch or ()))),
    )
    space = task_space(graph, vectors, hold_out, vocabulary, cache)
    try:
        trained, first = _trained(space, settings, out, every, resume, force)
    except KeyboardInterrupt:
        if (out / FILE).exists():
            note(f"{out / FILE}: stopped after {load(out).state.number} steps; go on with --resume")
        raise
    if not first:
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
    print_rows((name, value if not isinstance(value, tuple) else " ".join(value)) for name, value in report.items())


def _trained(
    space: TaskSpace, settings: Settings, out: Path, every: int, resume: bool, force: bool
) -> tuple[Checkpoint, bool]:
    """The trained model, and whether this process is the one that tells about it; torchrun starts several."""
    import os

    from isogloss.meta.training.run import PRECISION, Checkpointing, run_training

    def told(step: Step) -> None:
        if PRECISION in step.losses or step.number % every == 0:
            note(f"step {step.number}: " + ", ".join(f"{name} {value:.3f}" for name, value in step.losses.items()))

    if "TORCHELASTIC_RUN_ID" not in os.environ:
        checkpoints = Checkpointing(out, every, resume, force)
        return run_training(space, settings, checkpoints=checkpoints, progress=progress, watch=told), True
    from isogloss.meta.training.parallel import Shared, processes

    with processes() as first:
        checkpoints = Checkpointing(out, every, resume, force, writing=first)
        return run_training(
            space, settings, checkpoints=checkpoints, watch=told if first else None, share=Shared
        ), first
