"""`isogloss demo`: the three uses on the bundled sample."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isogloss.cli.console import note, print_json
from isogloss.cli.options import Cache, Force, Json, Seed

if TYPE_CHECKING:
    from isogloss.demonstration.run import Part


def demo(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the lexicons, the graph and the model.", show_default="nothing is kept"),
    ] = None,
    seed: Seed = 0,
    cache: Cache = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Build lexicons, query the graph and adapt to a new language on the bundled sample, and report the scores.

    Example: isogloss demo --out demo
    """
    from isogloss.cli.demo_report import Report
    from isogloss.demonstration.output import check_output
    from isogloss.demonstration.run import NAMES, demonstrate

    if out is not None:
        check_output(out, force)
    assert cache is not None  # the option's callback fills it
    report = Report()
    values: dict[str, Any] = {"seed": seed}
    with _folder(out) as folder:
        for part in _watched(demonstrate(folder, cache, seed=seed)):
            values[NAMES[type(part)]] = part.as_json()
            if not json:
                report.show(part)
    if json:
        print_json(values)
    if out is not None:
        note(f"{out}: lexicons, graph and model; README.txt has commands to try next")
    elif not json:
        note("nothing was kept; `isogloss demo --out DIR` keeps the lexicons, the graph and the model")


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """The folder to work in: a temporary one, or one that becomes ``out`` when all went well."""
    if out is None:
        from isogloss.data.scratch import scratch_folder

        with scratch_folder() as made:
            yield made
        return
    from isogloss.data.storage import replacing_folder

    with replacing_folder(out) as part:
        yield part


def _watched(parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts, with a status line on stderr while the next is made; silent where stderr is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    names = iter(
        [
            "Starting",
            "Building three lexicons and a graph",
            "Querying the graph",
            "Adapting to a new language",
            "Finishing",
        ]
    )
    while True:
        with console.status(f"{next(names, 'Finishing')} …"):
            part = next(parts, None)
        if part is None:
            return
        yield part
