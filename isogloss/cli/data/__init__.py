"""``isogloss data``: look into files, fetch them, train them."""

from __future__ import annotations

import typer

from isogloss.cli.data import cache, fetch, files

app = typer.Typer(
    name="data", help="Inspect, fetch and train word vectors; inspect and fetch dictionaries.", no_args_is_help=True
)
fetched = typer.Typer(name="fetch", help="Fetch vectors or a dictionary from a public source.", no_args_is_help=True)
kept = typer.Typer(name="cache", help="List or clear the cache of parsed vectors.", no_args_is_help=True)

app.command()(files.info)
app.command()(files.train)
app.add_typer(fetched)
app.add_typer(kept)
fetched.command()(fetch.vectors)
fetched.command()(fetch.dictionary)
kept.command("list")(cache.list_entries)
kept.command()(cache.clear)
