"""A step that meta-trains a ranker, in this process or in several that torchrun starts and that share the tasks."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.data.errors import FormatError, IsoglossError
from isogloss.data.scratch import scratch_folder
from isogloss.data.threads import cores
from isogloss.project.order import GRAPH, Figures, Order

if TYPE_CHECKING:  # it brings torch
    from isogloss.meta.training.parallel import Group
    from isogloss.meta.training.settings import Settings

FIGURES, ERROR = "figures.json", "error.txt"  # what the first process leaves for the one that started it
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node")
LAST = 20  # lines of what a process said that ended by itself; round number


def ranker(order: Order, folder: Path) -> Figures:
    """A meta-trained ranker; with several processes the result is that of one, up to rounding."""
    count = int(order.settings["processes"])
    if count == 1:
        from isogloss.meta.training.parallel import ALONE

        return trained(order, folder, ALONE)
    settings_of(order)  # what is wrong is told before processes are started
    with scratch_folder() as scratch:
        given = scratch / "order"
        given.write_bytes(pickle.dumps((order, folder)))
        line = [sys.executable, *TORCHRUN, str(count), "-m", __name__, str(given)]
        same_code = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment = os.environ | same_code | {"OMP_NUM_THREADS": str(max(1, cores() // count))}
        process = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        if (error := scratch / ERROR).exists():
            raise FormatError(error.read_text("utf-8"))
        if process.returncode:
            raise RuntimeError("\n".join(process.stderr.splitlines()[-LAST:]))
        figures: Figures = json.loads((scratch / FIGURES).read_text("utf-8"))
        return figures


def trained(order: Order, folder: Path, group: Group) -> Figures:
    """Train as one of a group of processes."""
    from isogloss.meta.training.run import Checkpointing, run_training
    from isogloss.metatraining import task_space

    settings = settings_of(order)
    space = task_space(
        [order.vectors(side, settings.vocabulary) for side in order.settings["vectors"]],
        order.inputs["dictionaries"] / GRAPH,
        hold_out=order.settings["hold_out"],
        vocabulary=settings.vocabulary,
    )
    checkpoints = Checkpointing(folder, writing=group.first)
    outcome = run_training(space, settings, checkpoints=checkpoints, share=group.share)
    return {
        "languages": list(outcome.languages),
        "held_out": list(order.settings["hold_out"]),
        "steps": outcome.state.number,
        "losses": dict(outcome.history[-1]) if outcome.history else {},
    }


def settings_of(order: Order) -> Settings:
    """How to train.

    Raises:
        FormatError: A setting is unknown, or has a value that it may not have.
    """
    from isogloss.meta.training.settings import Settings

    given = order.settings
    named = {name: given[name] for name in ("learner", "model", "steps", "seed")}
    allowed = sorted({field.name for field in fields(Settings)} - {*named, "families", "watched"})
    if unknown := sorted(set(given["settings"]) - {*allowed}):
        raise FormatError(f"meta.ranker.settings: unknown name {unknown[0]}, expected one of {', '.join(allowed)}")
    try:
        return Settings(**named, families=tuple(given["families"]), **given["settings"])
    except ValueError as error:
        raise FormatError(f"meta.ranker.settings: {error}") from error


def main(given: Path) -> None:
    """What each process that torchrun started does."""
    from isogloss.meta.training.parallel import processes

    order, folder = pickle.loads(given.read_bytes())
    with processes() as group:
        try:
            figures = trained(order, folder, group)
        except IsoglossError as error:
            if group.first:
                (given.parent / ERROR).write_text(str(error), "utf-8")
            raise SystemExit(1) from error
        if group.first:
            (given.parent / FIGURES).write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
