from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import click
import pytest
from typer.main import get_command

from isogloss.cli import app


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every verb with the words that call it."""
    if not hasattr(command, "commands"):
        yield " ".join(path), command
        return
    for name, below in command.commands.items():
        yield from verbs(below, (*path, name))


VERBS = dict(verbs(get_command(app)))


@pytest.mark.parametrize("name", VERBS)
def test_help_shows_a_command_that_gives_all_that_is_required(name: str) -> None:
    verb = VERBS[name]
    examples = [line.strip() for line in (verb.help or "").splitlines() if line.strip().startswith("Example: ")]
    assert len(examples) == 1, f"{name} has no example"
    words = shlex.split(examples[0].removeprefix("Example: "))
    called = ["isogloss", *name.split()]
    assert words[: len(called)] == called
    context = click.Context(verb, info_name=name)
    given, _, _ = verb.make_parser(context).parse_args(words[len(called) :])
    assert not [parameter.name for parameter in verb.params if parameter.required and not given.get(parameter.name)]


@pytest.mark.parametrize("name", VERBS)
def test_every_option_is_explained(name: str) -> None:
    parameters = [parameter for parameter in VERBS[name].params if parameter.name != "help"]
    assert not [parameter.name for parameter in parameters if not parameter.help]
