"""Hubs, words with very many edges into one language, as the cache of their strongest edges has them."""

from __future__ import annotations

import sys
from array import array

FANOUT = 64  # edges of a word into one language: more make it a hub, whose strongest are cached; round number


def unpack(best: bytes) -> dict[int, float]:
    """The entry numbers and fused weights of a cached hub, strongest first."""
    half = len(best) // 2
    targets, strengths = array("q", best[:half]), array("d", best[half:])
    if sys.byteorder == "big":  # the file is little-endian
        targets.byteswap()
        strengths.byteswap()
    return dict(zip(targets, strengths, strict=True))
