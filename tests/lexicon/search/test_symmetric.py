from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isogloss.data.compute import Compute
from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.symmetric import Sizes, symmetric
from tests.lexicon.search.clusters import CLOSE, assert_best, clustered, plain

T = TypeVar("T")


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    sources=st.integers(1, 400),
    targets=st.integers(1, 400),
    dimensions=st.integers(1, 60),
    k=st.integers(1, 12),
    neighbors=st.integers(1, 12),
    twins=st.integers(0, 60),
    zeros=st.integers(0, 20),
    block_rows=st.none() | st.integers(1, 150),
    precision=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_one_pass_finds_what_sorting_all_pairs_finds(
    seed: int,
    sources: int,
    targets: int,
    dimensions: int,
    k: int,
    neighbors: int,
    twins: int,
    zeros: int,
    block_rows: int | None,
    precision: torch.dtype,
) -> None:
    generator = np.random.default_rng(seed)
    x = clustered(sources, dimensions, generator, twins=twins, zeros=zeros)
    y = clustered(targets, dimensions, generator, twins=twins, zeros=zeros)
    y[: targets // 4] = x[generator.integers(sources, size=targets // 4)]
    retrieval = symmetric(x, y, Cutoffs(k, neighbors=neighbors), sizes=Sizes(block_rows), precision=precision)
    expected = plain(x, y, neighbors)
    np.testing.assert_allclose(retrieval.source_density, expected.source_density, atol=CLOSE)
    np.testing.assert_allclose(retrieval.target_density, expected.target_density, atol=CLOSE)
    assert_best(retrieval.forward, expected.csls)
    assert_best(retrieval.backward, expected.csls.T)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_large_vocabularies_in_many_blocks_give_the_same(precision: torch.dtype) -> None:
    generator = np.random.default_rng(0)
    x, y = clustered(1500, 50, generator, twins=40), clustered(2500, 50, generator, zeros=10)
    retrieval = symmetric(x, y, Cutoffs(), sizes=Sizes(300), precision=precision)
    expected = plain(x, y, 10)
    assert_best(retrieval.forward, expected.csls)
    assert_best(retrieval.backward, expected.csls.T)


def test_low_precision_decides_as_float32_does_to_the_last_bit() -> None:
    generator = np.random.default_rng(1)
    x, y = clustered(1200, 80, generator), clustered(1100, 80, generator)
    wide, low = (symmetric(x, y, Cutoffs(5), precision=precision) for precision in (torch.float32, torch.bfloat16))
    assert np.array_equal(wide.forward.rows, low.forward.rows)
    assert np.array_equal(wide.forward.scores, low.forward.scores)
    assert np.array_equal(wide.backward.rows, low.backward.rows)
    assert np.array_equal(wide.backward.scores, low.backward.scores)
    assert np.array_equal(wide.source_density, low.source_density)


def test_eight_bits_are_enough_to_find_what_float32_finds() -> None:
    generator = np.random.default_rng(2)
    x, y = clustered(1200, 300, generator), clustered(1100, 300, generator)
    wide, low = (symmetric(x, y, Cutoffs(5), precision=precision) for precision in (torch.float32, torch.int8))
    assert (wide.forward.rows == low.forward.rows).mean() > 0.999
    np.testing.assert_allclose(wide.target_density, low.target_density, atol=1e-3)


def test_blocks_of_too_many_nearly_equal_products_are_split_and_lose_nothing() -> None:
    generator = np.random.default_rng(3)
    x, y = clustered(600, 20, generator, twins=900), clustered(700, 20, generator, zeros=500)
    expected = plain(x, y, 10)
    retrieval = symmetric(x, y, Cutoffs(4), sizes=Sizes(max_entries=20_000))
    assert_best(retrieval.forward, expected.csls)
    assert_best(retrieval.backward, expected.csls.T)


def test_words_in_doubt_are_counted_and_still_exact() -> None:
    generator = np.random.default_rng(4)
    x, y = clustered(2000, 30, generator, near=2.0), clustered(2000, 30, generator, near=2.0)
    retrieval = symmetric(x, y, Cutoffs(), sizes=Sizes(50, 1))  # too few candidates to be sure
    assert retrieval.repeated > 0
    assert_best(retrieval.forward, plain(x, y, 10).csls)


def test_the_progress_sees_every_block_and_knows_how_many_come() -> None:
    seen: list[tuple[str, int | None, int]] = []

    def watch(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        passed = list(items)
        seen.append((description, total, len(passed)))
        return iter(passed)

    generator = np.random.default_rng(5)
    symmetric(
        clustered(500, 10, generator),
        clustered(400, 10, generator),
        Cutoffs(3),
        sizes=Sizes(64),
        compute=Compute(progress=watch),
    )
    assert seen == [("Comparing", 8, 8)]


def test_an_interrupted_pass_leaves_the_threads_as_they_were() -> None:
    def interrupt(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:  # noqa: ARG001 (Progress)
        yield next(iter(items))
        raise KeyboardInterrupt

    generator, threads = np.random.default_rng(6), torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        symmetric(
            clustered(500, 10, generator),
            clustered(400, 10, generator),
            Cutoffs(3),
            sizes=Sizes(64),
            compute=Compute(progress=interrupt),
        )
    assert torch.get_num_threads() == threads


def test_the_device_is_an_argument() -> None:
    generator = np.random.default_rng(7)
    x, y = clustered(50, 10, generator), clustered(40, 10, generator)
    assert_best(symmetric(x, y, Cutoffs(3)).forward, plain(x, y, 10).csls)


def test_fewer_translations_back_are_the_first_of_more() -> None:
    generator = np.random.default_rng(0)
    x, y = clustered(300, 20, generator), clustered(200, 20, generator)
    more, fewer = symmetric(x, y, Cutoffs(8)), symmetric(x, y, Cutoffs(8, 2))
    assert (fewer.forward.rows == more.forward.rows).all()
    assert (fewer.backward.rows == more.backward.rows[:, :2]).all()
    assert np.array_equal(fewer.target_density, more.target_density)
