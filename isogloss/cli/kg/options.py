"""Options that the verbs of `isogloss kg` share."""

from __future__ import annotations

from typing import Annotated

import typer

GraphFile = Annotated[
    str,  # not a path, which would take slashes from a URL
    typer.Option(
        "--graph", envvar="ISOGLOSS_GRAPH", help="Graph file, or URL of a PostgreSQL database.", show_default=True
    ),
]
Here = "isogloss.db"
Licences = Annotated[
    list[str] | None,
    typer.Option(
        "--licence",
        help="Use only sources under this SPDX licence or class: open, sharealike, noncommercial. May be repeated.",
        show_default=False,
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the word, such as en.", show_default=False)]
From = Annotated[str, typer.Option("--from", help="Language of the word, such as en.", show_default=False)]
To = Annotated[str, typer.Option("--to", help="Language of the translations, such as fr.", show_default=False)]
MayFrom = Annotated[str | None, typer.Option("--from", help="Language of the headwords.", show_default=False)]
MayTo = Annotated[str | None, typer.Option("--to", help="Language of the translations.", show_default=False)]
Count = Annotated[int, typer.Option("-k", min=1, help="Number of answers per word.")]
MinScore = Annotated[float, typer.Option("--min-score", min=0, max=1, help="Drop answers below this score.")]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Print the three strongest paths of each answer with sources, score and licence."),
]
AllEvidence = Annotated[bool, typer.Option("--all-evidence", help="Like --explain, with every path and source.")]
OneWord = Annotated[str, typer.Argument(help="The word.", show_default=False)]
