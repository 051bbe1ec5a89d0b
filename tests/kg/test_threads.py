"""A graph that threads share answers each as it answers one."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.damage import blamed, damage

THREADS, QUESTIONS = 8, 1_000
Question = Callable[[Graph], object]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("threads") / "graph.db"
    chance = random.Random(0)
    with open_graph(path, write=True) as graph:
        for source, target in (("en", "fr"), ("fr", "de"), ("de", "en")):
            pairs = {(f"{source}{chance.randrange(300)}", f"{target}{chance.randrange(300)}") for _ in range(350)}
            graph.add(Dictionary.of(source, target, sorted(pairs), Origin(f"{source} words", "CC0-1.0")))
        graph.add_concepts(
            {f"c{n}": {"en": f"en{n}", "fr": (f"fr{n}", f"fr{n + 1}")} for n in range(50)}, Origin("concepts")
        )
    return path


def questions(seed: int) -> Iterator[Question]:
    """Of all kinds, those first that a graph is asked most."""
    chance = random.Random(seed)

    def word(language: str) -> str:
        return f"{language}{chance.randrange(300)}"

    kinds: tuple[Callable[[], tuple[str, tuple[Any, ...]]], ...] = (
        lambda: ("translate", (word("en"), "en", "fr")),
        lambda: ("translate", (word("fr"), "fr", "en")),
        lambda: ("synonyms", (word("de"), "de")),
        lambda: ("lookup", (word("en").upper(), "en")),
        lambda: ("search", (word("fr")[:4], "fr")),
        lambda: ("neighbors", (word("en"), "en")),
        lambda: ("concepts", (word("en"), "en")),
        lambda: ("paths", ((word("en"), "en"), (word("de"), "de"))),
    )
    for _ in range(QUESTIONS):
        name, values = chance.choices(kinds, (20, 20, 10, 20, 5, 5, 20, 1))[0]()
        yield lambda graph, name=name, values=values: getattr(graph, name)(*values)  # type: ignore[misc]


def answers(graph: Graph, seed: int) -> list[str]:
    results = []
    for question in questions(seed):
        try:
            results.append(repr(question(graph)))
        except LookupError as error:
            raise AssertionError from error
        except Exception as error:  # also what a word that is not there gets
            results.append(f"{type(error).__name__}: {error}")
    return results


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What ``work`` returns to each of the threads, which all begin together."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_eight_threads_get_the_answers_that_one_gets(large: Path) -> None:
    with open_graph(large) as graph:
        alone = [answers(graph, seed) for seed in range(THREADS)]
    with open_graph(large) as graph:
        together = at_once(lambda seed: answers(graph, seed))
    assert sum(len(result) for result in together) == THREADS * QUESTIONS
    for answer, among_others in zip(alone, together, strict=True):
        assert answer == among_others
    assert not any("GraphError" in result for result in alone[0])
    assert sum("Error" in result for result in alone[0]) < QUESTIONS / 5


def test_threads_that_add_and_ask_in_one_session_lose_nothing(tmp_path: Path) -> None:
    def work(number: int, graph: Graph) -> None:
        for part in range(6):
            pairs = [(f"w{number}-{part}-{n}", f"m{number}-{part}-{n}") for n in range(10)]
            graph.add(Dictionary.of("en", "fr", pairs, Origin(f"thread {number}")))
            for source, target in pairs[:3]:
                assert [*graph.translate(source, "en", "fr").words] == [target]

    with open_graph(tmp_path / "graph.db", write=True) as graph:
        at_once(lambda number: work(number, graph))
    with open_graph(tmp_path / "graph.db") as graph:
        assert graph.pairs() == [("en", "fr", THREADS * 6 * 10)]
        graph.check_schema()


def test_long_readings_beside_short_ones_are_whole(large: Path) -> None:
    with open_graph(large) as graph:
        whole = graph.dictionary("en", "fr"), graph.adjacency().matrix.sum()

        def work(number: int) -> Any:
            for _ in range(5):
                assert (graph.dictionary("en", "fr"), graph.adjacency().matrix.sum()) == whole if number % 2 else True
                answers_to = graph.translate("en1", "en", "fr")
                assert answers_to == graph.translate("en1", "en", "fr")

        at_once(work)


def test_a_graph_that_one_thread_closes_says_so_to_the_others(large: Path) -> None:
    graph = open_graph(large)

    def work(number: int) -> str:
        if number == 0:
            graph.close()
            return ""
        try:
            while True:
                graph.translate("en1", "en", "fr")
        except GraphError as error:
            return str(error)

    assert set(at_once(work)[1:]) == {f"{large}: this graph has been closed; open it again"}


def test_an_error_of_a_graph_that_was_closed_meanwhile_is_not_called_damage(large: Path) -> None:
    graph = open_graph(large)
    graph.close()
    assert damage(graph._store, 1.0) is None
    error = blamed(graph._store, sqlite3.ProgrammingError("Cannot operate on a closed database."))
    assert str(error) == f"{large}: this graph has been closed; open it again"
