"""How `isogloss meta` trains, as options; the names are those of `isogloss.meta.training.settings.Settings`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli.languages import LANGUAGE

if TYPE_CHECKING:
    from isogloss.meta.training.settings import Settings

OF_THEIR_OWN = {"episodes", "families", "learner", "model", "seed", "steps", "watched"}  # the rest go by --setting

Learner = Annotated[
    Literal["maml", "fomaml", "reptile", "anil", "meta-sgd", "prototypes", "ridge"],
    typer.Option(help="Meta-learning algorithm."),
]
Model = Annotated[
    Literal["ranker", "words"],
    typer.Option(help="What to train: a ranker of candidate translations or a cross-lingual word classifier."),
]
Families = Annotated[
    list[str] | None,
    typer.Option(
        "--family",
        help="Task family to draw from. May be repeated.",
        show_default="word-mapping and hidden-edge for a ranker, all for words",
    ),
]
Steps = Annotated[int, typer.Option(min=0, help="Steps of the outer loop.")]
Episodes = Annotated[int, typer.Option(min=1, help="Training tasks that the outer loop draws from.")]
Vocabulary = Annotated[int, typer.Option(min=50, help="Most frequent words of each language in training tasks.")]
Watched = Annotated[
    list[str] | None,
    typer.Option(
        "--watch", help="Language to exclude from training and to report precision for. May be repeated.", **LANGUAGE
    ),
]
Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--setting",
        metavar="NAME=VALUE",
        help="Set NAME=VALUE, such as memory=32, as listed in docs/meta-training.md. May be repeated.",
        show_default=False,
    ),
]


def with_settings(settings: Settings, assignments: list[str] | None) -> Settings:
    """``settings`` with those changed that ``--setting`` names."""
    names = {field.name for field in fields(settings)} - OF_THEIR_OWN
    try:
        return settings.updated(assignments or (), names)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--setting") from error
