"""What pictures look like in a few hundred numbers, without a pre-trained network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isogloss.data.images import SIDE, Picture
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

CELLS, LEVELS, ORIENTATIONS, PARTS = 8, 4, 8, 4  # round numbers


class ImageFeatures:
    """An encoder of pictures: their colours in ``CELLS`` × ``CELLS`` cells, a colour histogram, and edges.

    Edges are histograms of oriented gradients (Dalal and Triggs, 2005) of the brightness, in ``PARTS`` × ``PARTS``
    cells. The three blocks have unit length each.
    """

    dimensions = 4 * CELLS**2 + LEVELS**3 + ORIENTATIONS * PARTS**2

    def encode(self, items: Sequence[Picture]) -> Matrix:
        """The vectors of pictures, shape ``(len(items), dimensions)``, unit length."""
        if not len(items):
            return np.zeros((0, self.dimensions), np.float32)
        pixels: Matrix = np.stack(items).astype(np.float32) / np.float32(255)
        pixels[..., :3] *= pixels[..., 3:]
        return unit(np.concatenate([unit(_cells(pixels)), unit(_histogram(pixels)), unit(_edges(pixels))], axis=1))


def _cells(pixels: Matrix) -> Matrix:
    """The mean of each cell."""
    step = SIDE // CELLS
    cells = pixels.reshape(len(pixels), CELLS, step, CELLS, step, 4).mean(axis=(2, 4))
    return np.asarray(cells.reshape(len(pixels), -1))


def _histogram(pixels: Matrix) -> Matrix:
    """The root of the share of each colour among the opaque pixels."""
    levels = np.minimum((pixels[..., :3] * LEVELS).astype(np.int64), LEVELS - 1)
    bins = levels @ np.array([LEVELS**2, LEVELS, 1])
    counts = np.zeros((len(pixels), LEVELS**3), np.float32)
    rows = np.broadcast_to(np.arange(len(pixels))[:, None, None], bins.shape)
    np.add.at(counts, (rows, bins), pixels[..., 3])
    return np.sqrt(counts)


def _edges(pixels: Matrix) -> Matrix:
    """How strong edges of each orientation are in each part."""
    brightness = pixels[..., :3].mean(axis=-1) + 1 - pixels[..., 3]  # on white
    down, right = np.gradient(brightness, axis=(1, 2))
    turn = ((np.arctan2(down, right) % np.pi) / np.pi * ORIENTATIONS).astype(np.int64) % ORIENTATIONS
    part = np.arange(SIDE) * PARTS // SIDE
    places = (part[:, None] * PARTS + part) * ORIENTATIONS + turn
    strength = np.zeros((len(pixels), ORIENTATIONS * PARTS**2), np.float32)
    rows = np.broadcast_to(np.arange(len(pixels))[:, None, None], places.shape)
    np.add.at(strength, (rows, places), np.hypot(down, right))
    return np.sqrt(strength)
