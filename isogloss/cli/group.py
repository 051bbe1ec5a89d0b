"""Groups of verbs: a verb is imported when it is called or its help is shown, so that starting stays quick."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Container, Mapping
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command
from typer.models import TyperPath

from isogloss.cli.console import be_quiet
from isogloss.data.extras import EXTRAS, naming_extras
from isogloss.data.limits import LARGEST_INTEGER

WRITTEN = frozenset(("out", "report", "plot", "figure", "failed"))  # parameters that are outputs, where they are paths
READ = frozenset(("graph", "graphs", "vectors", "dictionary", "seeds", "evidence"))  # inputs that are text


class Group(TyperGroup):
    """A group of the command line, such as ``isogloss kg``.

    ``members`` says where each verb or group below is: ``module:name`` within ``isogloss.cli``.
    """

    def __init__(self, name: str, help: str, members: Mapping[str, str], **settings: Any) -> None:
        settings = {"no_args_is_help": True, "rich_markup_mode": None, **settings}
        super().__init__(**settings | {"name": name, "help": help, "short_help": help, "commands": _Members(members)})


class _Verb(TyperCommand):
    """A verb that says which extra it needs, where that is not installed."""

    def invoke(self, ctx: Any) -> Any:
        for name, value in ctx.params.items():
            for given in value if isinstance(value, list | tuple) else [value]:
                if reason := _unusable(given):
                    option = next(parameter for parameter in self.params if parameter.name == name)
                    raise typer.BadParameter(reason, ctx=ctx, param=option)
        places = {str(parameter.name) for parameter in self.params if isinstance(parameter.type, TyperPath)} - WRITTEN
        _refuse_own_inputs(ctx.params, places)
        room = next((word for word in ctx.command_path.split() if word in EXTRAS), "")
        with naming_extras(ctx.command_path, room):
            return super().invoke(ctx)


def _refuse_own_inputs(given: Mapping[str, Any], places: Container[str]) -> None:
    """Stop before a verb overwrites what it reads, whatever the two are called.

    Args:
        given: The values of the verb's parameters by name.
        places: Names of the parameters that are paths.

    Raises:
        OutputError: An output is an input.
    """
    listed = {name: value if isinstance(value, list | tuple) else [value] for name, value in given.items() if value}
    outputs = [given[name] for name in listed.keys() & WRITTEN if not isinstance(given[name], list | tuple)]
    inputs = [value for name, values in listed.items() if name in READ or name in places for value in values]
    pairs = [(out, value) for out in outputs for value in inputs]
    pairs += [(given["graph"], value) for value in listed.get("graphs", ())]  # which are put into the one
    if pairs:
        from isogloss.data.storage import refuse_own_input

        for out, value in pairs:
            refuse_own_input(Path(out), Path(str(value).rpartition("=")[2]))  # LANG=FILE is a file, too


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _unusable(value: object) -> str | None:
    """What is wrong with a value that no verb can work with."""
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return f"{value} is too large; give a number of at most {LARGEST_INTEGER}"
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is not a number"
    if isinstance(value, str) and _is_broken(value) and not Path(value).exists():
        return f"{value!a} is not in UTF-8; set a UTF-8 locale, or give the words in a file"
    return None


class _Members(UserDict[str, Any]):
    """The commands of a group by name; each is made when it is first looked at."""

    def __getitem__(self, name: str) -> Any:
        member = super().__getitem__(name)
        if isinstance(member, str):
            module, _, attribute = member.partition(":")
            target = getattr(import_module(f"isogloss.cli.{module}"), attribute)
            member = self[name] = target if isinstance(target, Group) else _verb(name, target)
        return member


def _verb(name: str, function: Any) -> Any:
    """The command of a function, as typer reads its arguments."""
    # Without markup help and errors are plain text, and rich, which takes longer than most verbs, is not loaded.
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    short = (function.__doc__ or "").partition("\n")[0].partition(": ")[0].removesuffix(".")
    alone.command(name, cls=_Verb, short_help=f"{short}.")(function)
    command = get_command(alone)
    command.params.append(quiet_option())
    return command


def quiet_option() -> TyperOption:
    """What every verb has."""
    return TyperOption(
        param_decls=["-q", "--quiet"],
        type=bool,
        is_flag=True,
        default=False,
        expose_value=False,
        callback=lambda _, __, wanted: be_quiet() if wanted else None,
        help="Print no notes, warnings and progress; errors stay.",
    )
