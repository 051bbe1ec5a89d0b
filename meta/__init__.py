"""Tasks drawn from the graph, learners, memory, adaptation, evaluation.

The part of it that knows nothing of languages is for any module: ``isogloss.meta.train`` and what it takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isogloss.meta.learners import ANIL as ANIL
    from isogloss.meta.learners import LEARNERS as LEARNERS
    from isogloss.meta.learners import MAML as MAML
    from isogloss.meta.learners import Episode as Episode
    from isogloss.meta.learners import ImplicitMAML as ImplicitMAML
    from isogloss.meta.learners import MetaSGD as MetaSGD
    from isogloss.meta.learners import Reptile as Reptile
    from isogloss.meta.learners.inner_loop import Batch as Batch
    from isogloss.meta.learners.optimiser import Adam as Adam
    from isogloss.meta.learners.optimiser import Descent as Descent
    from isogloss.meta.models.adapters import with_adapters as with_adapters
    from isogloss.meta.training.any_module import Loops as Loops
    from isogloss.meta.training.any_module import MetaModel as MetaModel
    from isogloss.meta.training.any_module import train as train

# The module that each name is loaded from when it is first used, so that reading settings loads no torch.
_HOME = {
    "ANIL": "learners",
    "Adam": "learners.optimiser",
    "Batch": "learners.inner_loop",
    "Descent": "learners.optimiser",
    "Episode": "learners",
    "ImplicitMAML": "learners",
    "LEARNERS": "learners",
    "Loops": "training.any_module",
    "MAML": "learners",
    "MetaModel": "training.any_module",
    "MetaSGD": "learners",
    "Reptile": "learners",
    "train": "training.any_module",
    "with_adapters": "models.adapters",
}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'isogloss.meta' has no attribute {name!r}")
    from isogloss.data.extras import naming_extras

    with naming_extras(f"isogloss.meta.{name}", "meta"):
        value = getattr(import_module(f"isogloss.meta.{_HOME[name]}"), name)
    globals()[name] = value
    return value
