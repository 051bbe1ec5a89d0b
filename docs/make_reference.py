"""Writes the two pages of reference from the code: ``python docs/make_reference.py``.

``reference.md`` has the public names with their docstrings, ``commands.md`` the verbs with their help.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

import isogloss
from isogloss.cli import app

PAGE = Path(__file__).with_name("reference.md")
COMMANDS_PAGE = Path(__file__).with_name("commands.md")
COMMANDS = """# The command line

Data goes to stdout: a table that fits the width of a terminal, lines with tabs in a file or pipe, JSON with `--json`.
Progress and messages go to stderr; `-q` or `--quiet`, which every verb has, leaves only errors. Nothing is overwritten
without `--force`, and every file appears whole or not at all.

| exit status | meaning |
|---|---|
| 0 | done |
| 1 | a known error; one line says where, what is wrong and what to do |
| 2 | wrong usage: no such verb, option or value |
| 70 | a fault of isogloss; the line names a file to send with a report |
| 130 | stopped by Ctrl-C or SIGTERM; the line says what is kept |

| variable | meaning |
|---|---|
| `ISOGLOSS_GRAPH` | the graph, where `--graph` is not given |
| `ISOGLOSS_CACHE` | the folder for parsed vectors, where `--cache` is not given |
| `NO_COLOR` | no bold and no colours on a terminal; files and pipes never have any |
| `ISOGLOSS_LIMIT_…` | [limits](data.md#limits) for what comes from outside |

Languages are named by code or by English name: `--from eu`, `--from Basque`. `isogloss --install-completion` teaches
bash, zsh, fish or PowerShell to complete verbs, options, languages, words of the graph and names of `data list`.

This page is written by `python docs/make_reference.py` from the code.
"""
INTRODUCTION = """# Reference

Everything that users import comes from `isogloss`, here as `ig` (`import isogloss as ig`). Errors are subclasses of
`ig.IsoglossError`, one line each. `progress=ig.progress_bar` shows a bar in a terminal and in a notebook.

This page is written by `python docs/make_reference.py` from the docstrings.
"""
GROUPS = {
    "Vectors and dictionaries": (
        "read_vectors write_vectors Vectors read_dictionary Dictionary Pair Origin sample_vectors sample_dictionary "
        "sample_concepts sample_languages SAMPLE_ORIGIN"
    ),
    "Lexicons": "build_lexicon open_lexicon Lexicon Translation Translations align_many mapped_vectors",
    "The graph": "open_graph Graph",
    "Meta-learning": (
        "meta_train PriorSettings train_ranker TrainingSettings task_space adapt_to_language Batch Episode Reptile "
        "Descent Moments weights_of shares_storage"
    ),
    "Texts": "Text read_texts BagOfVectors Corpus TextSettings train_texts draw_task",
    "Pictures": "read_images train_naming NamingSettings name_images",
    "Errors and progress": "IsoglossError progress_bar",
}
SECTION = re.compile(r"^(Args|Returns|Raises|Yields):$", re.MULTILINE)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for group, names in GROUPS.items():
        parts.append(f"## {group}\n")
        for name in names.split():
            parts.extend(_entry(f"ig.{name}", getattr(isogloss, name), level=3))
    return "\n".join(parts)


def _entry(name: str, value: object, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{name}`\n"
    if not (inspect.isclass(value) or callable(value)):
        yield f"`{value!r}`\n"
        return
    if (signature := _signature(name, value)) is not None:
        yield f"```text\n{signature}\n```\n"
    yield _prose(inspect.getdoc(value) or "") + "\n"
    if inspect.isclass(value):
        for method, member in _members(value).items():
            inner = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            if not method.startswith("_") and inspect.isfunction(inner):
                yield from _entry(f"{name.removeprefix('ig.')}.{method}", inner, level + 1)


def _members(value: type) -> dict[str, object]:
    """The members of a class, those of its bases in this package first."""
    ours = [one for one in reversed(value.__mro__) if one.__module__.startswith("isogloss")]
    return {name: member for one in ours for name, member in vars(one).items()}


def _signature(name: str, value: object) -> str | None:
    try:
        signature = inspect.signature(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    parameters = [one for key, one in signature.parameters.items() if key not in ("self", "cls")]
    shown = [re.sub(r": '([^']*)'", r": \1", str(one)) for one in parameters]
    shown = [re.sub(r"<factory>|<function \w+ at 0x[0-9a-f]+>", "…", one) for one in shown]
    if (first := next((n for n, one in enumerate(parameters) if one.kind is one.KEYWORD_ONLY), None)) is not None:
        shown.insert(first, "*")
    returns = (
        "" if signature.return_annotation in (signature.empty, None, "None") else f" -> {signature.return_annotation}"
    )
    line = f"{name}({', '.join(shown)}){returns}"
    if len(line) <= 100:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in shown) + f"){returns}"


def _prose(text: str) -> str:
    """A docstring of Google's style as Markdown."""
    text = text.replace("``", "`")
    head, *rest = SECTION.split(text)
    parts = [head.strip()]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        lines = inspect.cleandoc("\n" + body.rstrip()).splitlines()
        items: list[str] = []
        for line in lines:
            if line.startswith(" ") and items:
                items[-1] += " " + line.strip()
            elif line.strip():
                items.append(line.strip())
        bullets = [re.sub(r"^([\w*]+): ", r"`\1`: ", item) if title != "Returns" else item for item in items]
        if title == "Returns":
            bullets = [" ".join(bullets)]
        parts.append(f"{title}:\n\n" + "\n".join(f"- {item}" for item in bullets))
    return "\n\n".join(part for part in parts if part)


def commands() -> str:
    """The page of the command line."""
    parts = [COMMANDS]
    for words, command in _commands(get_command(app), ("isogloss",)):
        parts += _command(" ".join(words), command) if len(words) > 1 else []
    return "\n".join(parts)


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A group or verb and what is below it, with the words that call it."""
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*words, name))


def _command(name: str, command: Any) -> Iterator[str]:
    described, _, example = (command.help or "").partition("Example: ")
    yield f"{'#' * min(2 + (name.count(' ') > 1), 3)} {name}\n"
    yield f"{inspect.cleandoc(described).strip()}\n"
    if not example:
        return
    yield f"```sh\n{example.strip()}\n```\n"
    rows = [_parameter(each) for each in command.params if each.name not in ("help", "quiet")]
    if rows:
        yield "| argument or option | meaning | default |\n|---|---|---|"
        yield "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _parameter(each: Any) -> tuple[str, str, str]:
    """How it is written, what it means, and its default."""
    named = each.param_type_name == "option"
    written = ", ".join([*each.opts, *each.secondary_opts]) if named else (each.metavar or each.name.upper())
    takes = "" if not named or getattr(each, "is_flag", False) else f" {each.metavar or _kind(each.type)}"
    shown = each.show_default if isinstance(each.show_default, str) else each.default
    if each.secondary_opts:  # --chain, --no-chain
        shown = (each.opts if shown else each.secondary_opts)[0]
    plain = isinstance(shown, str | int | float | Path) and not isinstance(shown, bool)
    plain &= each.show_default is not False
    default = "required" if each.required else str(getattr(shown, "value", shown)) if plain else ""
    return f"`{written}{takes}`".replace("|", "\\|"), " ".join((each.help or "").split()).replace("|", "\\|"), default


def _kind(kind: Any) -> str:
    """The values that an option takes."""
    if choices := getattr(kind, "choices", None):
        return "/".join(str(getattr(one, "value", one)) for one in choices)
    return str(kind.name).split()[0].upper().replace("STR", "TEXT")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    COMMANDS_PAGE.write_text(commands(), "utf-8")
