"""The pages do what they say: their code runs, their commands exist, their links lead somewhere."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import pkgutil
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer._click import Command
from typer.core import TyperGroup as Group
from typer.main import get_command

import isogloss
from isogloss.cli import app
from tests.conftest import Command as Isogloss

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PACKAGES = ("data", "kg", "lexicon", "meta", "cli", "demonstration", "project")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MADE = {"commands.md", "reference.md"}  # docs/make_reference.py writes them
# tests/kg runs these, and compares what their commands print
BY_KG = {"exchange.md", "first-ten-minutes.md", "graph.md", "inference.md"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(page: Path, *kinds: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind in kinds]


def verbs(command: Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every verb of the command line, with the words that call it."""
    if isinstance(command, Group):
        for word, subcommand in command.commands.items():
            yield from verbs(subcommand, (*path, word))
    else:
        yield path, command


VERBS = dict(verbs(get_command(app)))


WITH_CODE = [page for page in PAGES if blocks(page, "python", "console") and page.name not in BY_KG]


@pytest.mark.parametrize("page", WITH_CODE, ids=name)
def test_the_code_of_a_page_runs_from_top_to_bottom(
    page: Path, command: Isogloss, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python blocks share their names; of ``console`` blocks the lines after ``$ isogloss`` have to end well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_GRAPH", raising=False)
    names: dict[str, object] = {"__name__": "__main__"}
    for kind, text in blocks(page, "python", "console"):
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, name(page), "exec"), names)
            continue
        for line in commands(text):
            result = command(*shlex.split(line)[1:])
            assert result.status == 0, f"{line}\n{result.err}"


def commands(text: str) -> list[str]:
    """The calls of isogloss in a block, with continued lines joined and comments and redirections taken off."""
    lines = text.replace("\\\n", " ").splitlines()
    called = [line.removeprefix("$ ").split("  #")[0].split(" > ")[0].split(" | ")[0].strip() for line in lines]
    return [line for line in called if line.startswith("isogloss ")]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    for _, text in blocks(page, "console", "sh", "bash"):
        for line in commands(text):
            words = shlex.split(line)[1:]
            options = {word.split("=")[0] for word in words if word.startswith("-") and word != "-"}
            path = next((tuple(words[:n]) for n in range(len(words), 0, -1) if tuple(words[:n]) in VERBS), None)
            if path is None and words[:2] == ["data", "fetch"] and "/" in words[2]:
                path = ("data", "fetch", "name")  # which may be left out
            if path is None:
                assert options <= {"--help", "-h", "--version"}, line
                assert options, f"{line}: no such verb"
                continue
            existing = {name for option in VERBS[path].params for name in (*option.opts, *option.secondary_opts)}
            assert options <= existing | {"--help", "-h"}, line


def anchors(page: Path) -> set[str]:
    """What a link may name in a page: its headings, as GitHub and the site spell them."""
    headings = HEADING.findall(BLOCK.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    text = BLOCK.sub("", page.read_text("utf-8"))
    targets = [(place, part) for place, part in LINK.findall(text) if "://" not in place and "mailto:" not in place]
    assert not [place for place, _ in targets if not (page.parent / place).exists()]
    assert not [
        f"{place}#{part}"
        for place, part in targets
        if part and part not in anchors(page.parent / place if place else page)
    ]


def test_the_side_bar_of_the_site_has_every_page_once() -> None:
    site = runpy.run_path(str(ROOT / "docs" / "conf.py"))
    trees = site["toctrees"]((ROOT / "docs" / "index.md").read_text("utf-8"))
    pages = [line for line in trees.splitlines() if re.fullmatch(r"[\w-]+", line)]
    assert sorted(pages) == sorted({page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"})
    assert re.findall(":caption: (.+)", trees) == ["Tutorials", "How to", "Reference", "Explanation"]


def test_the_site_names_files_that_are_none_of_its_pages_without_a_link() -> None:
    prepared = runpy.run_path(str(ROOT / "docs" / "conf.py"))["prepared"]
    text = "See [`data/x.toml`](../data/x.toml), [the origin](../data/ORIGIN.md) and [data](data.md)."
    assert prepared("page", text) == "See `data/x.toml`, the origin (`data/ORIGIN.md`) and [data](data.md)."


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_a_verb_has_help_for_itself_and_its_options_and_stands_in_the_docs(words: tuple[str, ...]) -> None:
    verb = VERBS[words]
    assert verb.help
    silent = [option.name for option in verb.params if option.name != "help" and not getattr(option, "help", None)]
    assert not silent
    text = "\n".join(page.read_text("utf-8") for page in PAGES if page.name not in MADE)
    assert re.search(rf"\b{' '.join(words)}\b", text), f"isogloss {' '.join(words)} stands on no page"


def modules() -> Iterator[str]:
    yield "isogloss"
    for module in pkgutil.iter_modules([str(ROOT / "isogloss")], prefix="isogloss."):
        if not module.ispkg and not module.name.endswith("__main__"):
            yield module.name
    for package in PACKAGES:
        yield f"isogloss.{package}"
        for module in pkgutil.walk_packages([str(ROOT / "isogloss" / package)], prefix=f"isogloss.{package}."):
            if not module.name.endswith("__main__"):
                yield module.name


def test_every_public_name_has_a_docstring() -> None:
    bare = []
    for module in modules():
        imported = importlib.import_module(module)
        bare += [] if imported.__doc__ else [module]
        for public, value in vars(imported).items():
            ours = getattr(value, "__module__", None) == module and not public.startswith("_")
            if ours and (inspect.isclass(value) or inspect.isfunction(value)) and not inspect.getdoc(value):
                bare.append(f"{module}.{public}")
    assert not bare


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_an_example_runs(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(example), run_name="__main__")
    assert printed.getvalue().strip()


def test_there_are_examples() -> None:
    assert EXAMPLES


def test_the_reference_is_what_the_code_says() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_reference.py"), run_name="reference")
    named = [name for names in made["GROUPS"].values() for name in names.split()]
    assert sorted(named) == sorted(set(isogloss.__all__) - {"__version__"})
    assert made["PAGE"].read_text("utf-8") == made["page"](), "run: python docs/make_reference.py"
    assert made["COMMANDS_PAGE"].read_text("utf-8") == made["commands"](), "run: python docs/make_reference.py"


def test_the_page_of_commands_has_the_defaults_of_paths_and_of_pairs_of_flags() -> None:
    rows = (ROOT / "docs" / "commands.md").read_text("utf-8").splitlines()
    assert next(row for row in rows if row.startswith("| `--chain, --no-chain`")).endswith("| --chain |")
    assert next(row for row in rows if row.startswith("| `--lexicons PATH`")).endswith("| lexicons |")


@pytest.mark.parametrize("page", [*PAGES, *EXAMPLES], ids=name)
def test_what_users_read_imports_from_isogloss_only(page: Path) -> None:
    text = page.read_text("utf-8")
    code = text if page.suffix == ".py" else "".join(block for _, block in blocks(page, "python"))
    below = re.findall(r"^\s*(?:from|import) (isogloss\.[\w.]+)", code, re.MULTILINE)
    assert not below
