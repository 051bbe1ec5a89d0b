"""isogloss: bilingual dictionaries from word vectors, one graph to query them, meta-learning for new languages."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary as Dictionary
    from isogloss.data.errors import IsoglossError as IsoglossError
    from isogloss.data.reading import read_dictionary as read_dictionary
    from isogloss.data.reading import read_vectors as read_vectors
    from isogloss.data.sample import sample_dictionary as sample_dictionary
    from isogloss.data.sample import sample_languages as sample_languages
    from isogloss.data.sample import sample_vectors as sample_vectors
    from isogloss.data.vectors import Vectors as Vectors
    from isogloss.data.writing import write_vectors as write_vectors
    from isogloss.hubs import align_many as align_many
    from isogloss.kg.graph import open_graph as open_graph
    from isogloss.lexicons import build_lexicon as build_lexicon
    from isogloss.lexicons import open_lexicon as open_lexicon
    from isogloss.meta.new_language.adaptation import adapt_to_language as adapt_to_language
    from isogloss.metatraining import learn_prior as learn_prior
    from isogloss.metatraining import meta_train as meta_train

try:
    __version__ = version("isogloss")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"

# What each public name is read from, when it is first used: `import isogloss` loads no torch and no faiss.
_HOME = {
    "Dictionary": "isogloss.data.dictionary",
    "IsoglossError": "isogloss.data.errors",
    "Vectors": "isogloss.data.vectors",
    "adapt_to_language": "isogloss.meta.new_language.adaptation",
    "align_many": "isogloss.hubs",
    "build_lexicon": "isogloss.lexicons",
    "learn_prior": "isogloss.metatraining",
    "meta_train": "isogloss.metatraining",
    "open_graph": "isogloss.kg.graph",
    "open_lexicon": "isogloss.lexicons",
    "read_dictionary": "isogloss.data.reading",
    "read_vectors": "isogloss.data.reading",
    "sample_dictionary": "isogloss.data.sample",
    "sample_languages": "isogloss.data.sample",
    "sample_vectors": "isogloss.data.sample",
    "write_vectors": "isogloss.data.writing",
}

__all__ = [
    "Dictionary",
    "IsoglossError",
    "Vectors",
    "__version__",
    "adapt_to_language",
    "align_many",
    "build_lexicon",
    "learn_prior",
    "meta_train",
    "open_graph",
    "open_lexicon",
    "read_dictionary",
    "read_vectors",
    "sample_dictionary",
    "sample_languages",
    "sample_vectors",
    "write_vectors",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'isogloss' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
