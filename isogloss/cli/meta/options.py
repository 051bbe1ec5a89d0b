"""How `isogloss meta` trains, as options; the names are those of `isogloss.meta.training.outer_loop.Settings`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Learner = Annotated[
    Literal["maml", "fomaml", "reptile", "anil", "meta-sgd", "prototypes", "ridge"],
    typer.Option(help="How to meta-train."),
]
Model = Annotated[
    Literal["ranker", "words"],
    typer.Option(help="What is trained: a ranker of translations, or a classifier of words across languages."),
]
Families = Annotated[
    list[str] | None,
    typer.Option(
        "--family",
        help="A family of tasks to draw from; may be repeated.",
        show_default="word-mapping and hidden-edge for a ranker, all for words",
    ),
]
Steps = Annotated[int, typer.Option(min=0, help="Outer steps.")]
TasksPerStep = Annotated[int, typer.Option(min=1, help="Tasks in a step.")]
Episodes = Annotated[int, typer.Option(min=1, help="Tasks that steps draw from.")]
Vocabulary = Annotated[int, typer.Option(min=50, help="Most frequent words of each language in training tasks.")]
Auxiliary = Annotated[float, typer.Option(min=0, help="Weight of a task of an auxiliary family; a main one counts 1.")]
Weighting = Annotated[
    Literal["uniform", "cosine", "learned"],
    typer.Option(help="Auxiliary tasks count as given, as far as their gradients agree with the main one, or learned."),
]
Sampler = Annotated[
    Literal["uniform", "affinity", "bandit"],
    typer.Option(help="Tasks are drawn evenly, near the main ones, or where learning progresses."),
]
Memory = Annotated[int, typer.Option(min=0, help="Kinds of tasks whose solutions are remembered; 0 for no memory.")]
Watched = Annotated[
    list[str] | None,
    typer.Option("--watch", help="A language kept out of training whose precision is told; may be repeated."),
]
LanguageDropout = Annotated[float, typer.Option(min=0, max=0.9, help="Chance of a language to be left out of a step.")]
SeedNoise = Annotated[float, typer.Option(min=0, max=0.5, help="Share of the seeds of a task that are made wrong.")]
Rotations = Annotated[bool, typer.Option("--rotations", help="Turn every task about words into a basis of its own.")]
Proximity = Annotated[float, typer.Option(min=0, help="How strongly a task is held near the shared parameters.")]
Folds = Annotated[
    int, typer.Option(min=0, help="Choose the number of steps over folds of languages left out; below 2, do not.")
]
CheckEvery = Annotated[int, typer.Option(min=1, help="Steps from one measurement of held-out precision to the next.")]
