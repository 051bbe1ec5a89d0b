"""``isogloss meta``: draw tasks from the graph, meta-train, adapt to a new language."""

from __future__ import annotations

import typer

from isogloss.cli.meta import new_language, prior, tasks, training

app = typer.Typer(
    name="meta", help="Draw tasks from the graph, learn to learn, adapt to a new language.", no_args_is_help=True
)

app.command()(tasks.tasks)
app.command()(training.train)
app.command()(new_language.adapt)
app.command()(new_language.evaluate)
app.command()(new_language.explain)
app.command()(prior.prior)
