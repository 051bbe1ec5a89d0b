"""``isogloss lexicon``: build bilingual lexicons, translate with them, evaluate them."""

from __future__ import annotations

import typer

from isogloss.cli.lexicon import building, evaluation, hub

app = typer.Typer(
    name="lexicon",
    help="Induce bilingual lexicons from word vectors, translate with them and evaluate them.",
    no_args_is_help=True,
)

app.command()(building.build)
app.command()(building.translate)
app.command("map")(building.map_vectors)
app.command()(evaluation.evaluate)
app.command()(evaluation.similarity)
app.command()(evaluation.sentences)
app.command()(evaluation.plot)
app.command()(hub.hub)
