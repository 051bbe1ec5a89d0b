"""`isogloss doctor`: is everything there that isogloss needs?"""

from __future__ import annotations

from dataclasses import asdict

import typer

from isogloss.cli.console import complain, print_json, print_rows
from isogloss.cli.options import Cache, Json


def doctor(cache: Cache = None, json: Json = False) -> None:
    """Check the installation: what was found, whether it is ok, odd or broken, and what to do about it."""
    from isogloss.installation import examine

    assert cache is not None  # the option's callback fills it
    findings = list(examine(cache))
    if json:
        print_json([asdict(each) for each in findings])
    else:
        print_rows((each.name, each.state, _told(each.found, each.remedy)) for each in findings)
    broken = [each.name for each in findings if each.state == "broken"]
    if broken:
        complain(f"{', '.join(broken)}: broken; the list says what to do")
        raise typer.Exit(1)


def _told(found: str, remedy: str) -> str:
    return f"{found} → {remedy}" if remedy else found
