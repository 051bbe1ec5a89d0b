"""Encoders: bags of static vectors, a transformer, looked-up vectors of other senses, and their fusion."""

from __future__ import annotations

from meta.encoders.bag import BagOfVectors
from meta.encoders.contextual import Transformer
from meta.encoders.encoder import Encoder
from meta.encoders.fusion import Fusion
from meta.encoders.table import Table

__all__ = ["BagOfVectors", "Encoder", "Fusion", "Table", "Transformer"]
