"""``isogloss kg``: fill a graph, ask it, infer from it."""

from __future__ import annotations

import typer

from isogloss.cli.kg import exchange, inference, overview, queries

app = typer.Typer(
    name="kg", help="Fill and query a multilingual graph of words, and infer translations in it.", no_args_is_help=True
)

app.command("import")(exchange.import_)
app.command()(exchange.export)
app.command()(queries.translate)
app.command()(queries.synonyms)
app.command()(queries.lookup)
app.command()(queries.neighbors)
app.command()(queries.concept)
app.command()(overview.languages)
app.command()(overview.stats)
app.command()(inference.infer)
app.command()(inference.concepts)
app.command()(inference.check)
app.command("path")(queries.path_)
app.command()(exchange.vectors)
app.command()(queries.analogy)
app.command()(exchange.diff)
app.command()(exchange.merge)
