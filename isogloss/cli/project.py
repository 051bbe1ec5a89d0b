"""Verbs for a whole project: new, run, status."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isogloss.cli.console import complain, note, print_json, print_rows
from isogloss.cli.languages import completed
from isogloss.cli.options import Cache, Force, Json
from isogloss.cli.stopping import keeps
from isogloss.data.addresses import masked

if TYPE_CHECKING:
    from isogloss.project.results import StepStatus
    from isogloss.project.running import Pipeline

ProjectFile = Annotated[Path, typer.Argument(help="Project file, or the folder that it is in.", show_default=True)]
Here = Path("isogloss.toml")


def new(
    languages: Annotated[
        list[str], typer.Argument(metavar="LANG...", help="Codes or names, such as en fr.", autocompletion=completed)
    ],
    sample: Annotated[bool, typer.Option("--sample", help="Use the bundled sample; nothing is fetched.")] = False,
    out: Annotated[Path, typer.Option(help="Project file to write.")] = Here,
    force: Force = False,
) -> None:
    """Write a project file for some languages: their vectors and dictionaries, and what to build from them.

    Example: isogloss new en fr --sample
    """
    from isogloss.data.storage import refuse_to_overwrite, replacing
    from isogloss.project.new import fetched_by, project_text

    refuse_to_overwrite(out, force, folder=False)
    text = project_text(languages, sample=sample)
    with replacing(out, force=force) as part:
        part.write_text(text, "utf-8", newline="\n")
    command = "isogloss run" + ("" if out == Here else f" {out}")
    fetched = ", ".join(f"{offer.name} ({offer.amount})" for offer in fetched_by(text))
    note(f"{out}: look through it, then `{command}`" + (f", which fetches {fetched}" if fetched else ""))


def run(
    project: ProjectFile = Here,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Run only this step and its prerequisites: a step (lexicon:en-fr), a kind (lexicon), a pair (en-fr). "
            "May be repeated.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print which steps would run, and why; run none.")] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="After a failure, run all steps that do not depend on the failed one.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Run the steps even if their results are up to date.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Worker processes on this machine.", show_default="as cores and memory allow"),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(help="Run the steps on this Dask scheduler, such as tcp://host:8786.", show_default=False),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="After the run, delete results that the project no longer uses.")
    ] = False,
    cache: Cache = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the graph even if it was edited since the last run.")
    ] = False,
    json: Json = False,
) -> None:
    """Build every result of a project that is missing or out of date.

    An interrupted run is resumed by the next one. If nothing has changed, nothing is built.

    Example: isogloss run --jobs 2 --keep-going
    """
    from isogloss.project.publishing import check_place, publish
    from isogloss.project.report import write_report
    from isogloss.project.running import Choice, failures

    pipeline = _pipeline(project, cache)
    choice = Choice(tuple(only or ()), again, keep_going)
    planned = pipeline.to_make(choice)
    if dry_run:
        _print([*planned], json=json)
        note(f"{len(planned)} of {len(pipeline.steps)} steps would be made")
        return
    if any(status.step.kind == "graph" for status in planned):
        check_place(pipeline.file, pipeline.results, force=force)
    keeps("steps that are done are kept; the same command goes on from there")
    counted = iter(range(1, len(planned) + 1))
    workers = pipeline.workers(planned, jobs, engine)
    statuses = pipeline.run(
        choice, workers, lambda status: note(f"[{next(counted, '+')}/{len(planned)}] {_line(status)}")
    )
    report = write_report(pipeline.file, pipeline.results, statuses)
    publish(pipeline.file, pipeline.results, statuses, force=force)
    if prune:
        note(f"{pipeline.results.prune(statuses) / 2**20:,.1f} MB of results that the project does not use are deleted")
    if json:
        print_json(_as_json(list(statuses.values())))
    failed = failures(statuses)
    if not planned:
        note(f"nothing to do: all {len(statuses)} steps are done")
    note(f"report: {report}")
    if failed:
        names = ", ".join(status.step.name for status in failed)
        hint = "" if keep_going else "; --keep-going goes on without"
        complain(f"{len(failed)} of {len(statuses)} steps failed: {names}{hint}")
        raise typer.Exit(1)


def status(project: ProjectFile = Here, cache: Cache = None, json: Json = False) -> None:
    """Print the state of each step of a project: done, missing, stale, failed or blocked, and why.

    Example: isogloss status
    """
    from isogloss.project.publishing import is_in_place

    pipeline = _pipeline(project, cache)
    statuses = list(pipeline.statuses().values())
    _print(statuses, json=json)
    for status in statuses:
        done = status.step.kind == "graph" and status.state == "done"
        if done and not is_in_place(pipeline.file, pipeline.results, status):
            where = masked(pipeline.file.project.graph)
            note(f"the graph is made, but is not in {where}, or was changed there; see `isogloss run`")
    states = Counter(status.state for status in statuses)
    counted = (f"{states[state]} {state}" for state in ("done", "stale", "missing", "failed") if states[state])
    note(", ".join(counted) + f" of {len(statuses)} steps")


def _pipeline(project: Path, cache: Path | None) -> Pipeline:
    from isogloss.project.file import read_project
    from isogloss.project.running import Pipeline

    assert cache is not None  # the option's callback fills it
    return Pipeline(read_project(project), cache)


def _print(statuses: list[StepStatus], *, json: bool) -> None:
    if json:
        print_json(_as_json(statuses))
        return
    print_rows((status.step.name, status.state, status.why or _summary(status)) for status in statuses)


def _as_json(statuses: list[StepStatus]) -> list[dict[str, object]]:
    return [
        {
            "step": status.step.name,
            "state": status.state,
            "why": status.why,
            "key": status.key,
            "figures": dict(status.about.figures) if status.about else {},
            "seconds": status.about.seconds if status.about else None,
            "cpu_seconds": status.about.cpu_seconds if status.about else None,
        }
        for status in statuses
    ]


def _line(status: StepStatus) -> str:
    """A line about a step that has just ended."""
    if status.state == "failed":
        return f"{status.step.name} failed: {status.why}"
    cost = status.about
    return f"{status.step.name}: {_summary(status)}" + (f", {cost.seconds:,.1f} s" if cost else "")


def _summary(status: StepStatus) -> str:
    """What came out of a step, in a few words."""
    if status.about is None:
        return ""
    figures, kind = status.about.figures, status.step.kind
    if kind == "lexicon":
        expected = figures["expected_precision"]
        return f"{figures['pairs']:,} pairs" + ("" if expected is None else f", expected precision {expected:.0%}")
    if kind in ("dictionaries", "loaded", "graph"):
        return f"{figures['words']:,} words, {figures['edges']:,} translations"
    if kind == "evaluation":
        precision = figures["precision_at_1"]
        return f"P@1 {'unknown' if precision is None else f'{precision:.1%}'} of {figures['words']:,} test words"
    if kind in ("model", "ranker"):
        return f"meta-trained on {', '.join(figures['languages'])}"
    if kind in ("inferred", "seeds"):
        return f"{figures['pairs']:,} pairs" + (f" ({figures['how']})" if figures["how"] else "")
    return f"{figures['bytes'] / 2**20:,.1f} MB"
