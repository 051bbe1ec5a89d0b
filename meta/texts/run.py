"""Train a classifier of texts in one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from isogloss.data.progress import Progress, silent
from isogloss.meta.texts.classifier import TextModel
from isogloss.meta.texts.corpus import Corpus, classes_of
from isogloss.meta.texts.training import (
    PLAIN,
    TextSettings,
    TextStep,
    network_of,
    plain_scale,
    pretrain,
    train_episodically,
)

DEFAULTS = TextSettings()


def train_texts(
    corpora: Mapping[str, Corpus], settings: TextSettings = DEFAULTS, *, progress: Progress = silent
) -> TextModel:
    """Pre-train on all classes, then meta-train across languages.

    Args:
        corpora: Labelled texts by language, two languages or more, encoded into one space.
        settings: How to train.
        progress: Watches both stages.

    Raises:
        VocabularyError: The texts do not suffice for tasks across languages.
    """
    dimensions = next(iter(corpora.values())).vectors.shape[1] if corpora else 1
    network = network_of(dimensions, settings)
    first = last(progress(pretrain(network, corpora, settings), "Pre-training", settings.pretraining))
    second = last(
        progress(train_episodically(network, first.weights, corpora, settings), "Meta-training", settings.steps)
    )
    weights = second.weights | {PLAIN: plain_scale(corpora, settings)}
    return TextModel(settings, dimensions, weights, tuple(sorted(corpora)), classes_of(corpora, settings.fewest))


def last(steps: Iterator[TextStep]) -> TextStep:
    """The step where training ends."""
    *_, final = steps
    return final
