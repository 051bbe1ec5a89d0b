"""Reads a project file; an error names the line that it is about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from isogloss.data.addresses import masked
from isogloss.data.errors import FormatError
from isogloss.data.suggestions import alike
from isogloss.kg.storage.place import server_of
from isogloss.project.model import Place, Project

NAME = "isogloss.toml"
SHOWN = 5  # errors at once; round number
LARGEST_FILE, MOST_LINES = 1 << 20, 300  # bytes, and lines whose numbers are told; round numbers
_ADDED = re.compile(r"[\[\]]|^constrained-")  # what pydantic puts into places
_EXPECTED = {  # by kind of error, where pydantic speaks of Python
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_type": "a number",
    "int_type": "an integer",
    "list_type": "a list",
    "model_type": "a table",
    "string_too_short": "a text that is not empty",
    "string_type": "a string",
    "too_short": "one or more",
}


@dataclass(frozen=True)
class ProjectFile:
    """A project and the folder that its paths start from."""

    path: Path
    project: Project

    def located(self, name: str) -> Path:
        """The absolute path of a file that the project names."""
        return (self.path.parent / Path(name).expanduser()).absolute()

    @property
    def results(self) -> Path:
        """The folder of the results."""
        return self.located(self.project.results)


def read_project(path: Path) -> ProjectFile:
    """The project of a file, or of the ``isogloss.toml`` in a folder.

    Raises:
        FormatError: There is none, or it says what no project may; the message names the lines.
    """
    path = path / NAME if path.is_dir() else path
    try:
        text = _text(path)
        values = tomllib.loads(text)
    except OSError as error:
        raise FormatError(
            f"{path}: no project file ({error.strerror or error}); `isogloss new en fr` writes one"
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError.at(
            path, None, f"bytes that are not UTF-8 ({error.reason})", "a TOML file in UTF-8"
        ) from error
    except (ValueError, RecursionError) as error:  # of TOML, or of a number or brackets that Python refuses
        raise FormatError(f"{path}: {error}, expected TOML; see docs/pipeline.md") from error
    try:
        project = Project.model_validate(values)
    except ValidationError as error:
        raise _refused(path, text, _faults(error)) from error
    file = ProjectFile(path.absolute(), project)
    if faults := [*project.faults(), *_faults_of_places(file)]:
        raise _refused(path, text, faults)
    return file


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise FormatError.at(path, None, "a device, a pipe or a folder", "a project file")
    with path.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise FormatError.at(path, None, f"more than {LARGEST_FILE:,} bytes", "a project file")
    return content.decode()


def line_of(text: str, place: Place) -> int | None:
    """The line of one place; see ``lines_of``."""
    return lines_of(text, [place])[0]


def lines_of(text: str, places: Sequence[Place]) -> list[int | None]:
    """The line, from 1, of the statement that sets each place, or of the nearest table around it.

    The file is read again line by line: the first beginning of it that has the value ends with that statement. Of a
    file of more than ``MOST_LINES`` no line is told, since that would take too long.
    """
    lines = text.splitlines(keepends=True)
    first: dict[Place, int] = {}
    wanted = {place[:depth] for place in places for depth in range(1, len(place) + 1)}
    start = 0
    for end in range(1, len(lines) + 1 if len(lines) <= MOST_LINES else 1):
        try:
            values = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # within a value of several lines
        first |= dict.fromkeys((place for place in wanted - first.keys() if _has(values, place)), start + 1)
        start = end
    depths = [[place[:depth] for depth in range(len(place), 0, -1)] for place in places]
    return [next((first[part] for part in parts if part in first), None) for parts in depths]


def _has(values: Any, place: Sequence[str | int]) -> bool:
    for part in place:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _faults_of_places(file: ProjectFile) -> Iterator[tuple[Place, str, str]]:
    """What is in the way where the graph and the results go."""
    graph = file.project.graph
    if server_of(graph) is None and file.located(graph).is_dir():
        yield ("graph",), f"graph = {graph!r}, which is a folder", "a file for the graph"
    project = file.project
    inputs = [dictionary.file for dictionary in project.dictionaries] + [
        language.vectors for language in project.languages.values() if language.vectors
    ]
    if server_of(graph) is None and file.located(graph) in [file.located(name) for name in inputs]:
        yield ("graph",), f"graph = {graph!r}, which the project reads", "a file of its own for the graph"
    if file.results.exists() and not file.results.is_dir():
        yield ("results",), f"results = {file.project.results!r}, which is a file", "a folder for the results"


def _faults(error: ValidationError) -> list[tuple[Place, str, str]]:
    """What does not fit: the place, what was found, what was expected; of branches of a union, all, or the deepest."""
    by_place: dict[tuple[Place, str], list[str]] = {}
    for fault in error.errors(include_url=False):
        message, expected = _said(fault)
        by_place.setdefault((_place(fault), message), []).append(expected)
    places = {place for place, _ in by_place}
    return [
        (place, message, " or ".join(dict.fromkeys(expected)))
        for (place, message), expected in by_place.items()
        if not any(len(longer) > len(place) and longer[: len(place)] == place for longer in places)
    ]


def _place(fault: ErrorDetails) -> Place:
    """Where the value is in the file; what pydantic adds to it (``[key]``, branches of a union) is no part of it."""
    return tuple(part for part in fault["loc"] if isinstance(part, int) or not _ADDED.search(part))


def _said(fault: ErrorDetails) -> tuple[str, str]:
    """What was found and what was expected, in words."""
    where, value = _dotted(_place(fault)), fault["input"]
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        names = _names_at(fault["loc"][:-1])
        similar = alike(str(fault["loc"][-1]), names, 1)
        return f"unknown name {where}", f"{similar[0]}" if similar else f"one of {', '.join(names)}"
    if fault["type"] == "missing":
        return f"no {where}", "a value for it"
    expected = _EXPECTED.get(fault["type"], message.removeprefix("Input should be "))
    return f"{where} = {masked(repr(value)):.60}", expected


def _names_at(place: Sequence[str | int]) -> list[str]:
    """The names that the table at ``place`` may have."""
    model: type[BaseModel] = Project
    for part in place:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        inner = _models_in(model.model_fields[part].annotation)
        model = inner[0] if inner else model
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place if not isinstance(part, int))


def _refused(path: Path, text: str, faults: Sequence[tuple[Place, str, str]]) -> FormatError:
    numbers = lines_of(text, [place for place, _, _ in faults])
    lines = [(number, found, expected) for number, (_, found, expected) in zip(numbers, faults, strict=True)]
    lines.sort(key=lambda line: line[0] or 0)
    lines_of_errors = [str(FormatError.at(path, *line)) for line in dict.fromkeys(lines[:SHOWN])]
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return FormatError("\n".join([*lines_of_errors, *more]))
