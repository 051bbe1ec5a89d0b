"""Pictures and texts in one space, learned from pairs of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.meta.encoders import Fusion, SharedSpace, Table

COUNT, TRAINED = 300, 200
HIDDEN = np.random.default_rng(0).standard_normal((COUNT, 6))


def modality(name: str, dimensions: int, seed: int) -> Table:
    """What one modality shows of things: a linear view of what they are, with noise."""
    random = np.random.default_rng(seed)
    seen = HIDDEN @ random.standard_normal((6, dimensions)) + 0.3 * random.standard_normal((COUNT, dimensions)) + 2
    return Table(Vectors("und", tuple(f"{name}{row}" for row in range(COUNT)), seen.astype(np.float32)))


MODALITIES = {"image": modality("image", 20, 1), "text": modality("text", 15, 2), "sound": modality("sound", 10, 3)}


def record(row: int, *names: str) -> dict[str, str]:
    return {name: f"{name}{row}" for name in names}


@pytest.fixture(scope="module")
def space() -> SharedSpace:
    """Half of the records have no sound, and some only a text."""
    names = [("image", "text"), ("image", "text", "sound")]
    records = [record(row, *names[row % 2]) for row in range(TRAINED)]
    return SharedSpace.learned(MODALITIES, [*records, *(record(row, "text") for row in range(TRAINED))], 16)


def found(space: Encoder[dict[str, str]], query: str, answer: str) -> float:
    """How often the nearest record by another modality is the same thing, among things that were not learned from."""
    rows = range(TRAINED, COUNT)
    queries, answers = (space.encode([record(row, name) for row in rows]) for name in (query, answer))
    return float(((queries @ answers.T).argmax(axis=1) == np.arange(len(answers))).mean())


def test_a_picture_meets_its_text_though_no_sense_is_shared(space: SharedSpace) -> None:
    assert found(space, "image", "text") > 0.8
    assert found(space, "text", "image") > 0.8
    assert found(space, "sound", "image") > 0.6
    fused = Fusion.of(MODALITIES, 16, torch.Generator().manual_seed(0))
    assert found(fused, "image", "text") < 0.05, "blocks of different modalities are orthogonal"


def test_a_record_of_two_senses_lies_between_those_of_one(space: SharedSpace) -> None:
    image, text, both, nothing = space.encode(
        [record(250, "image"), record(250, "text"), record(250, "image", "text"), {}]
    )
    assert both @ image == pytest.approx(both @ text, abs=1e-4)
    assert both @ image > image @ text
    assert not nothing.any()


def test_the_same_seed_gives_the_same_space() -> None:
    records = [record(row, "image", "text") for row in range(20)]
    first, second, other = (
        SharedSpace.learned(MODALITIES, records, 4, steps=3, seed=seed).projections["image"] for seed in (1, 1, 2)
    )
    assert (first == second).all()
    assert not np.allclose(first, other)


def test_what_cannot_be_learned_from_is_refused() -> None:
    with pytest.raises(VocabularyError, match="found 0 records with two modalities, expected at least 8"):
        SharedSpace.learned(MODALITIES, [record(row, "text") for row in range(50)])
    with pytest.raises(VocabularyError, match="found smell in a record"):
        SharedSpace.learned(MODALITIES, [{"smell": "rose"}])
