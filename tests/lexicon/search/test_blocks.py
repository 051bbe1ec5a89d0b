from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from isogloss.data.compute import DEFAULT
from isogloss.lexicon.search.blocks import Block, Blocks, compare, in_blocks
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import Cutoffs
from isogloss.lexicon.search.symmetric import symmetric
from tests.lexicon.search.clusters import CLOSE, assert_best, clustered, plain

CUTOFFS = Cutoffs(6, 4)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("sources", "targets", "count"), [(900, 700, 4), (50, 300, 3), (7, 20, 9)])
def test_blocks_find_what_one_pass_finds(precision: torch.dtype, sources: int, targets: int, count: int) -> None:
    generator = np.random.default_rng(sources)
    x, y = clustered(sources, 40, generator, twins=5), clustered(targets, 40, generator, zeros=3)
    retrieval = in_blocks(x, y, CUTOFFS, Blocks(count), precision=precision, compute=DEFAULT)
    whole = symmetric(x, y, CUTOFFS, precision=precision)
    expected = plain(x, y, 10)
    for density, same, exact in (
        (retrieval.source_density, whole.source_density, expected.source_density),
        (retrieval.target_density, whole.target_density, expected.target_density),
    ):
        np.testing.assert_allclose(density, same, atol=CLOSE)
        np.testing.assert_allclose(density, exact, atol=CLOSE)
    assert_best(retrieval.forward, expected.csls)
    assert_best(retrieval.backward, expected.csls.T)
    assert retrieval.forward.rows.shape == whole.forward.rows.shape
    assert retrieval.backward.rows.shape == whole.backward.rows.shape


def test_blocks_are_computed_in_any_order_and_leave_nothing_behind(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    x, y = clustered(300, 20, generator), clustered(300, 20, generator)
    computed: list[Block] = []

    def backwards(function: object, items: object) -> list[Path]:
        assert function is compare
        computed.extend(reversed(list(items)))  # type: ignore[call-overload]
        return [compare(block) for block in computed]

    retrieval = retrieve(x, y, 5, blocks=Blocks(3, backwards, tmp_path))
    assert [(block.number, block.count) for block in computed] == [(2, 3), (1, 3), (0, 3)]
    whole = retrieve(x, y, 5)
    np.testing.assert_array_equal(retrieval.forward.rows, whole.forward.rows)
    np.testing.assert_array_equal(retrieval.backward.rows, whole.backward.rows)
    np.testing.assert_allclose(retrieval.forward.scores, whole.forward.scores, atol=CLOSE)
    assert not list(tmp_path.iterdir())
