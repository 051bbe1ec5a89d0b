from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from benchmarks.pretraining import write_ranker
from isogloss.data.errors import FormatError
from isogloss.lexicon.ranking.features import FEATURES, RELATIVE
from isogloss.lexicon.ranking.pretrained import FILE, pretrained_ranker
from isogloss.lexicon.ranking.ranker import with_domain_statistics


def test_the_bundled_ranker_prefers_what_looks_like_a_translation() -> None:
    ranker = pretrained_ranker()
    typical = np.tile(ranker.centre, (1, 2, 1)).astype(np.float32)
    both = np.zeros((1, 2, len(FEATURES)), np.float32)
    both[..., [FEATURES.index(name) for name in ranker.features]] = typical
    for name, better in (("csls", 0.3), ("cosine", 0.3), ("log_rank_back", -2.0), ("edit", 0.5)):
        both[0, 0, FEATURES.index(name)] += better
    likely, typical_chance = ranker(both)[0]
    assert likely > typical_chance


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    kept = pretrained_ranker()
    write_ranker(kept, tmp_path / "copy.safetensors")
    again = pretrained_ranker(tmp_path / "copy.safetensors")
    features = np.random.default_rng(0).standard_normal((3, 4, len(FEATURES))).astype(np.float32)
    assert (again(features) == kept(features)).all()


@pytest.mark.parametrize("content", [b"", b"no tensors at all", FILE.read_bytes()[:200]])
def test_a_file_that_is_no_ranker_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"broken\.safetensors.*no readable tensors.*pretraining"):
        pretrained_ranker(path)


def test_a_ranker_of_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.safetensors"
    save_file({"x": np.zeros(1, np.float32)}, path, metadata={"features": "letters csls"})
    with pytest.raises(FormatError, match="features 'letters csls'"):
        pretrained_ranker(path)


def test_the_bundled_ranker_does_not_depend_on_the_scale_of_cosines() -> None:
    features = np.random.default_rng(0).standard_normal((50, 4, len(FEATURES))).astype(np.float32)
    other = features.copy()
    columns = [FEATURES.index(name) for name in RELATIVE]
    other[..., columns] = other[..., columns] * 0.3 + 0.2
    ranker = pretrained_ranker()
    assert ranker.relative
    usual, unusual = (with_domain_statistics(ranker, rows)(rows) for rows in (features, other))
    assert unusual == pytest.approx(usual, abs=1e-3)
    assert np.abs(ranker(features) - usual).max() > 0.01
