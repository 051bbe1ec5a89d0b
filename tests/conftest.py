"""The bundled sample and the command line, for the tests of every room."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from isogloss.data.dictionary import Dictionary
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors


class Outcome(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        """The cells of each line of stdout."""
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        """Stdout as the JSON document that it is."""
        return json.loads(self.out)


Command = Callable[..., Outcome]

# Files that take longest, in whole processes of their own: they begin first, or one would be left alone at the end.
LONGEST = ("test_demo.py", "test_session.py", "matching/test_matching.py", "tests/test_docs.py", "test_memory.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``isogloss …`` in this process."""
    from isogloss.cli import main

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["isogloss", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as left:
            return Outcome(int(left.code or 0), *capsys.readouterr())
        return Outcome(0, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def one_thread() -> Iterator[None]:
    """torch computes with one: for small spaces, threads cost more than they save."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def english() -> Vectors:
    return sample_vectors("en")


@pytest.fixture(scope="session")
def french() -> Vectors:
    return sample_vectors("fr")


@pytest.fixture(scope="session")
def english_french() -> Dictionary:
    return sample_dictionary("en", "fr")
