"""The project of the demonstration: what `isogloss run` makes lexicons and the graph of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from isogloss.data.errors import IsoglossError
from isogloss.data.sample import ORIGIN, sample_languages
from isogloss.demonstration.lexicons import PAIRS, seeds_and_test, write_pairs
from isogloss.project.file import read_project
from isogloss.project.publishing import publish
from isogloss.project.report import write_report
from isogloss.project.results import Results, StepStatus
from isogloss.project.running import Choice, Pipeline, failures

PROJECT = "isogloss.toml"


def write_project(folder: Path, held_out: Collection[str], seed: int) -> None:
    """Write the project file with the seeds and the test words of its lexicons."""
    languages = "".join(f'[languages.{code}]\nvectors = "sample"\n\n' for code in sample_languages())
    dictionaries = ""
    for source, target in PAIRS:
        for use, pairs in zip(("seeds", "test"), seeds_and_test(source, target, held_out), strict=True):
            name = f"{source}-{target}.{use}.tsv"
            write_pairs(pairs, folder / name)
            dictionaries += (
                f'[[dictionaries]]\nfile = "{name}"\npair = "{source}-{target}"\nuse = "{use}"\n'
                f'licence = "{ORIGIN.licence}"\n\n'
            )
    listed = ", ".join(f'"{source}-{target}"' for source, target in PAIRS)
    text = f"""\
# What `isogloss demo` runs. After a change, `isogloss run` in this folder makes what depends on it.
graph = "graph.db"
results = "results"
seed = {seed}

{languages}[[dictionaries]]
file = "sample"  # names of things in 26 languages, from CLDR
use = "graph"  # words of the tests are among them

{dictionaries}[lexicons]
pairs = [{listed}]
goal = "f1"  # more pairs than are four fifths right: the graph keeps their probabilities
"""
    (folder / PROJECT).write_text(text, "utf-8", newline="\n")


def run_project(folder: Path, cache: Path, idle: Callable[[], None]) -> tuple[Results, Mapping[str, StepStatus]]:
    """Run the project in ``folder``; its results, and how it stands with each step then.

    ``idle`` is called when the last lexicon is being built, so that a core may have nothing to do.

    Raises:
        IsoglossError: A step failed.
    """
    pipeline = Pipeline(read_project(folder), cache)
    choice = Choice()
    workers = pipeline.workers(pipeline.to_make(choice), None, None)
    built = 0

    def listen(status: StepStatus) -> None:
        nonlocal built
        if status.step.kind == "lexicon":
            built += 1
            if built == len(PAIRS) - 1:
                idle()

    steps = pipeline.run(choice, workers, listen)
    for failed in failures(steps):
        raise IsoglossError(f"{failed.step.name}: {failed.why}")
    write_report(pipeline.file, pipeline.results, steps)
    publish(pipeline.file, pipeline.results, steps)
    return pipeline.results, steps
