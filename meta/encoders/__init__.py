"""Encoders: bags of static vectors, a transformer, looked-up vectors of other modalities, and what joins them."""

from __future__ import annotations

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.encoders.transformer import Transformer
from isogloss.meta.encoders.bag import BagOfVectors
from isogloss.meta.encoders.fusion import Fusion
from isogloss.meta.encoders.image_features import ImageFeatures
from isogloss.meta.encoders.shared_space import SharedSpace
from isogloss.meta.encoders.table import Table

__all__ = ["BagOfVectors", "Encoder", "Fusion", "ImageFeatures", "SharedSpace", "Table", "Transformer"]
