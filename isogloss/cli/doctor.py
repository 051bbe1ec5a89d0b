"""`isogloss doctor`: is everything there that isogloss needs?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from isogloss.cli.console import complain, note, print_json, print_rows
from isogloss.cli.options import Cache, Json


def doctor(
    build: Annotated[
        bool,
        typer.Option(
            "--build", help="Also build a small lexicon, add it to a graph and query it; takes half a minute."
        ),
    ] = False,
    cache: Cache = None,
    json: Json = False,
) -> None:
    """Check Python, libraries, cache and sample; report each as ok, absent, odd or broken, and what to do.

    Example: isogloss doctor --build
    """
    from isogloss.installation import build_finding, examine

    assert cache is not None  # the option's callback fills it
    findings = list(examine(cache))
    if build:
        note("building a small lexicon; this takes about half a minute")
        findings.append(build_finding())
    if json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_rows((finding.name, finding.state, _with_remedy(finding.found, finding.remedy)) for finding in findings)
    broken = [finding.name for finding in findings if finding.state == "broken"]
    if broken:
        complain(f"{', '.join(broken)}: broken; the list says what to do")
        raise typer.Exit(1)


def _with_remedy(found: str, remedy: str) -> str:
    return f"{found} → {remedy}" if remedy else found
