"""One thread for small work, all cores for blocks; results do not depend on how many there are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.threads import cores, single_thread
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.search.in_memory import full_product
from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.workers import workers


def library_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info()}


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_within_the_block_every_library_has_one_thread_and_the_cores_are_still_known() -> None:
    with single_thread():
        pass  # loads the libraries
    before = threadpool_info()
    with single_thread():
        assert library_threads() == {1}
        assert torch.get_num_threads() == 1
        assert cores() == 3
        with single_thread():
            assert cores() == 3
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == cores() == 3
    assert threadpool_info() == before


def test_libraries_that_the_block_would_load_are_limited_too() -> None:
    code = (
        "from isogloss.data.threads import single_thread\n"
        "with single_thread():\n"
        "    import torch, faiss, threadpoolctl\n"
        "    print(torch.get_num_threads(), faiss.omp_get_max_threads(),"
        " {library['num_threads'] for library in threadpoolctl.threadpool_info()})\n"
    )
    many = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment = many | {"OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "3"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout == "1 1 {1}\n"


def test_an_error_gives_the_threads_back() -> None:
    with pytest.raises(ValueError, match="stop"), single_thread():
        raise ValueError("stop")
    assert torch.get_num_threads() == cores() == 3


def test_workers_are_as_many_as_cores_and_have_one_thread_each() -> None:
    with single_thread(), workers("cpu") as team:
        assert len(team) == 3
        assert team.map(lambda _: torch.get_num_threads(), range(9)) == [1] * 9
    assert torch.get_num_threads() == 3


def test_a_thread_of_the_caller_has_limits_of_its_own() -> None:
    def limited(_: int) -> int:
        with single_thread():
            return torch.get_num_threads()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(limited, range(4))) == [1] * 4


def test_the_number_of_cores_changes_no_bit() -> None:
    x, y = (sample_vectors(language).first(900) for language in ("en", "fi"))
    seeds, settings = sample_dictionary("en", "fi"), Settings("vecmap")
    three, product = induce(x, y, seeds, settings), full_product(x.matrix, y.matrix, Cutoffs(5))
    torch.set_num_threads(1)
    assert list(induce(x, y, seeds, settings).entries) == list(three.entries)
    again = full_product(x.matrix, y.matrix, Cutoffs(5))
    for actual, other in ((again.forward, product.forward), (again.backward, product.backward)):
        np.testing.assert_array_equal(actual.rows, other.rows)
        np.testing.assert_array_equal(actual.scores, other.scores)
