"""The layer and pooling of a network are those that translate most of the known pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from isogloss.data.encoders.layers import MIN_PAIRS, Layered, Reading, best_reading
from isogloss.data.encoders.words import WordEncoder
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

READINGS = (Reading(2), Reading(1), Reading(0), Reading(2, "first"), Reading(1, "first"), Reading(0, "first"))
PAIRS = [(f"en{number}", f"fr{number}") for number in range(120)]


@dataclass(frozen=True)
class Layers:
    """Noise, but for one reading, which has the number that a word ends in."""

    best: Reading
    reading: Reading = READINGS[0]
    dimensions: int = 16

    def encode(self, items: Sequence[str]) -> Matrix:
        return unit(self.read(items, [self.reading])[0])

    def readings(self) -> tuple[Reading, ...]:
        return READINGS

    def read(self, items: Sequence[str], readings: Sequence[Reading]) -> list[Matrix]:
        return [np.array([self._vector(item, reading) for item in items]) for reading in readings]

    def read_as(self, reading: Reading) -> Layers:
        return replace(self, reading=reading)

    def _vector(self, item: str, reading: Reading) -> Matrix:
        text = item.rpartition(" ")[2]
        key = int(text[2:]) if reading == self.best else sum(map(ord, text)) * 1_000 + READINGS.index(reading)
        return np.random.default_rng([key]).standard_normal(self.dimensions).astype(np.float32)


def test_the_reading_that_translates_most_pairs_is_chosen() -> None:
    sources, targets = zip(*PAIRS, strict=True)
    for best in READINGS:
        encoder = Layers(best)
        assert isinstance(encoder, Layered)
        assert best_reading(encoder, sources, targets) == best


def test_few_pairs_choose_nothing_and_a_word_counts_once() -> None:
    encoder = Layers(READINGS[3])
    sources, targets = zip(*PAIRS[: MIN_PAIRS - 1], strict=True)
    assert best_reading(encoder, sources, targets) is None
    again = [*sources, sources[0], "en500"], [*targets, "fr501", targets[0]]
    assert best_reading(encoder, *again) is None  # a second translation and a second source add no pair
    assert best_reading(encoder, *(column[:MIN_PAIRS] for column in zip(*PAIRS, strict=True))) == READINGS[3]


def test_words_are_encoded_by_the_reading_that_is_named() -> None:
    chosen = WordEncoder.of(Layers(Reading(1)), "the {word}", pairs=PAIRS)
    assert chosen.name == "Layers (layer 1, mean)"
    words = chosen.encoded([*(word for word, _ in PAIRS[:3]), *(word for _, word in PAIRS[:3])])
    assert np.allclose(words[:3], words[3:])
    assert WordEncoder.of(Layers(Reading(1)), pairs=PAIRS[:5]).name == "Layers"
    assert str(Reading(11, "first")) == "layer 11, first subword"
