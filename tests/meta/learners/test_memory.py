from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.meta.learners.memory import Memory


def filled(capacity: int, *entries: tuple[str, float]) -> Memory:
    memory = Memory(capacity)
    for label, place in entries:
        memory = memory.write(label, {"place": place}, {"w": torch.full((2,), place)})
    return memory


def test_an_empty_memory_says_nothing() -> None:
    assert Memory(4).read({"place": 1.0}) == ({}, ())


def test_a_memory_of_capacity_zero_is_switched_off() -> None:
    memory = filled(0, ("a en fr", 1.0))
    assert len(memory) == 0
    assert memory.read({"place": 1.0}).offset == {}


def test_near_tasks_say_more_than_far_ones() -> None:
    memory = filled(4, ("a en fr", 0.0), ("a en fi", 1.0), ("a en ja", 5.0))
    offset, sources = memory.read({"place": 0.1})
    assert [label for label, _ in sources] == ["a en fr", "a en fi", "a en ja"]
    shares = dict(sources)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["a en fr"] > shares["a en fi"] > shares["a en ja"]
    expected = memory.gate * (shares["a en fi"] + 5 * shares["a en ja"])
    assert offset["w"].tolist() == pytest.approx([expected, expected])


def test_a_unit_makes_far_tasks_far_however_near_the_stored_ones_are() -> None:
    alike = filled(4, ("a en fr", 0.50), ("a en fi", 0.51))
    by_spread, by_unit = (dict(memory.read({"place": 0.5}).sources) for memory in (alike, replace(alike, unit=0.1)))
    assert by_spread["a en fr"] > 0.9
    assert by_unit["a en fr"] == pytest.approx(0.5, abs=0.01)


def test_a_task_can_be_kept_from_reading_its_own_entry() -> None:
    memory = filled(4, ("a en fr", 0.0), ("a en fi", 1.0))
    assert [label for label, _ in memory.read({"place": 0.0}, without="a en fr").sources] == ["a en fi"]


def test_the_entry_read_least_recently_makes_room() -> None:
    memory = filled(2, ("a en fr", 0.0), ("a en fi", 10.0))
    memory = memory.after_reading(memory.read({"place": 0.0}, without="a en fi"))
    memory = memory.write("a en ja", {"place": 3.0}, {"w": torch.ones(2)})
    assert memory.labels == ("a en fr", "a en ja")
    assert [(label, reads) for label, reads, _ in memory.report()] == [("a en fr", 1), ("a en ja", 0)]


def test_a_task_that_comes_again_updates_its_entry() -> None:
    memory = filled(2, ("a en fr", 0.0), ("a en fr", 1.0))
    assert len(memory) == 1
    assert memory.values is not None
    assert memory.values["w"].tolist() == [[0.5, 0.5]]
    assert memory.keys.tolist() == [[0.5]]


def test_writing_leaves_the_memory_before_as_it_was() -> None:
    before = filled(2, ("a en fr", 0.0))
    keys = before.keys.clone()
    before.write("a en fr", {"place": 9.0}, {"w": torch.ones(2)})
    before.write("b en fr", {"place": 9.0}, {"w": torch.ones(2)})
    assert torch.equal(before.keys, keys)
    assert before.labels == ("a en fr",)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(-5, 5)), max_size=20), st.integers(1, 4))
def test_a_memory_never_outgrows_its_capacity(writes: list[tuple[str, float]], capacity: int) -> None:
    memory = filled(capacity, *((f"{label} en fr", place) for label, place in writes))
    assert len(memory) <= capacity
    assert len(memory.keys) == len(memory.used) == len(memory.reads) == len(memory)
    if writes:
        assert f"{writes[-1][0]} en fr" in memory.labels
