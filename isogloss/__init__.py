"""isogloss: bilingual dictionaries from word vectors, one graph to query them, meta-learning for new languages.

Everything that users import is here; ``docs/reference.md`` lists it. A name is loaded when it is first used, so that
``import isogloss`` loads no torch and no FAISS.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary as Dictionary
    from isogloss.data.dictionary import Origin as Origin
    from isogloss.data.dictionary import Pair as Pair
    from isogloss.data.errors import IsoglossError as IsoglossError
    from isogloss.data.images import read_images as read_images
    from isogloss.data.reading import read_dictionary as read_dictionary
    from isogloss.data.reading import read_vectors as read_vectors
    from isogloss.data.sample import ORIGIN
    from isogloss.data.sample import sample_concepts as sample_concepts
    from isogloss.data.sample import sample_dictionary as sample_dictionary
    from isogloss.data.sample import sample_languages as sample_languages
    from isogloss.data.sample import sample_vectors as sample_vectors
    from isogloss.data.text.labelled_texts import Text as Text
    from isogloss.data.text.labelled_texts import read_texts as read_texts
    from isogloss.data.translation import Translation as Translation
    from isogloss.data.translation import Translations as Translations
    from isogloss.data.vectors import Vectors as Vectors
    from isogloss.data.writing import write_vectors as write_vectors
    from isogloss.graphs import Graph as Graph
    from isogloss.graphs import open_graph as open_graph
    from isogloss.hubs import align_many as align_many
    from isogloss.hubs import mapped_vectors as mapped_vectors
    from isogloss.lexicons import Lexicon as Lexicon
    from isogloss.lexicons import build_lexicon as build_lexicon
    from isogloss.lexicons import open_lexicon as open_lexicon
    from isogloss.meta.encoders import BagOfVectors as BagOfVectors
    from isogloss.meta.learners import Episode as Episode
    from isogloss.meta.learners import Reptile as Reptile
    from isogloss.meta.learners.aliasing import shares_storage as shares_storage
    from isogloss.meta.learners.inner_loop import Batch as Batch
    from isogloss.meta.learners.optimiser import Descent as Descent
    from isogloss.meta.learners.optimiser import Moments as Moments
    from isogloss.meta.learners.weights import weights_of as weights_of
    from isogloss.meta.matching.prior_training import PriorSettings as PriorSettings
    from isogloss.meta.naming.model import NamingSettings as NamingSettings
    from isogloss.meta.naming.names import name_images as name_images
    from isogloss.meta.naming.names import train_naming as train_naming
    from isogloss.meta.new_language.adaptation import adapt_to_language as adapt_to_language
    from isogloss.meta.texts.corpus import Corpus as Corpus
    from isogloss.meta.texts.corpus import draw_task as draw_task
    from isogloss.meta.texts.run import train_texts as train_texts
    from isogloss.meta.texts.training import TextSettings as TextSettings
    from isogloss.meta.training.settings import Settings
    from isogloss.metatraining import meta_train as meta_train
    from isogloss.metatraining import task_space as task_space
    from isogloss.metatraining import train_ranker as train_ranker
    from isogloss.progress import progress_bar as progress_bar

    SAMPLE_ORIGIN = ORIGIN
    TrainingSettings = Settings
    __version__: str

# The module that each public name is loaded from, and its name there where that is another.
_HOME = {
    "BagOfVectors": "meta.encoders",
    "Batch": "meta.learners.inner_loop",
    "Corpus": "meta.texts.corpus",
    "PriorSettings": "meta.matching.prior_training",
    "Descent": "meta.learners.optimiser",
    "Dictionary": "data.dictionary",
    "Episode": "meta.learners",
    "Graph": "graphs",
    "IsoglossError": "data.errors",
    "Lexicon": "lexicons",
    "Moments": "meta.learners.optimiser",
    "NamingSettings": "meta.naming.model",
    "Origin": "data.dictionary",
    "Pair": "data.dictionary",
    "Reptile": "meta.learners",
    "SAMPLE_ORIGIN": "data.sample:ORIGIN",
    "Text": "data.text.labelled_texts",
    "TextSettings": "meta.texts.training",
    "TrainingSettings": "meta.training.settings:Settings",
    "Translation": "data.translation",
    "Translations": "data.translation",
    "Vectors": "data.vectors",
    "adapt_to_language": "meta.new_language.adaptation",
    "align_many": "hubs",
    "build_lexicon": "lexicons",
    "draw_task": "meta.texts.corpus",
    "mapped_vectors": "hubs",
    "meta_train": "metatraining",
    "name_images": "meta.naming.names",
    "open_graph": "graphs",
    "open_lexicon": "lexicons",
    "progress_bar": "progress",
    "read_dictionary": "data.reading",
    "read_images": "data.images",
    "read_texts": "data.text.labelled_texts",
    "read_vectors": "data.reading",
    "sample_concepts": "data.sample",
    "sample_dictionary": "data.sample",
    "sample_languages": "data.sample",
    "sample_vectors": "data.sample",
    "shares_storage": "meta.learners.aliasing",
    "task_space": "metatraining",
    "train_naming": "meta.naming.names",
    "train_ranker": "metatraining",
    "train_texts": "meta.texts.run",
    "weights_of": "meta.learners.weights",
    "write_vectors": "data.writing",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _HOME:
        from isogloss.data.extras import naming_extras

        module, _, inner = _HOME[name].partition(":")
        with naming_extras(f"isogloss.{name}", "meta" if module.startswith("meta") else ""):
            value = getattr(import_module(f"isogloss.{module}"), inner or name)
    else:
        raise AttributeError(f"module 'isogloss' has no attribute {name!r}")
    globals()[name] = value
    return value


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("isogloss")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted(__all__)
