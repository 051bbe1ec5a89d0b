"""`isogloss serve`: the graph as a page in the browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from isogloss.cli.console import note, warn
from isogloss.cli.options import lemma_folder
from isogloss.cli.stopping import keeps
from isogloss.data.addresses import masked


def serve(
    graph: Annotated[
        str,
        typer.Argument(envvar="ISOGLOSS_GRAPH", help="Graph file, or URL of a PostgreSQL database.", show_default=True),
    ] = "isogloss.db",
    host: Annotated[
        str, typer.Option(help="Address to listen on; other machines can connect unless it is a loopback address.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")] = 8000,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Further host name to serve, besides localhost. May be repeated.", show_default=False),
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Allow accepting, rejecting and adding translations on the page.")
    ] = False,
    source_name: Annotated[str, typer.Option(help="Source that edits are stored under.")] = "user",
    report: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of a lexicon or of results; its report.html is linked. May be repeated.", show_default=False
        ),
    ] = None,
    lexicons: Annotated[Path, typer.Option(help="Folder for lexicons built on the page with --edit.")] = Path(
        "lexicons"
    ),
) -> None:
    """Serve a graph as a web page and a JSON API on this machine until stopped; read-only without --edit.

    Example: isogloss serve isogloss.db

    With --edit, translations can be accepted, rejected and added on the page, and lexicons built from them.
    """
    from isogloss.serve.app import application
    from isogloss.serve.guard import is_loopback
    from isogloss.serve.run import serve as run

    if not is_loopback(host):
        warn([f"{host} can be reached from other machines, and nobody has to log in; put a proxy with a login before"])
    keeps("verdicts are in the graph" if edit else "the graph is as it was")
    with suppress(KeyboardInterrupt):  # the way to stop it
        app = application(
            graph,
            names=(host, *(allow_host or ())),
            edit=edit,
            source_name=source_name,
            reports=report or (),
            lexicons=lexicons,
            lemmas=lemma_folder(),
        )
        run(app, host=host, port=port, ready=lambda address: note(f"{masked(graph)} at {address} until Ctrl-C"))
