"""Names of pictures by language, read from a table or from CLDR, and the naming of further pictures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from isogloss.data.dictionary_formats import cldr
from isogloss.data.encoders.encoder import Encoder
from isogloss.data.errors import FormatError, VocabularyError
from isogloss.data.images import Picture
from isogloss.data.language import language_code
from isogloss.data.lines import blocks
from isogloss.data.progress import Progress, silent
from isogloss.data.vectors import Matrix
from isogloss.meta.encoders import ImageFeatures
from isogloss.meta.naming.model import DEFAULTS, NamingModel, NamingSettings, Things, train_on_things

Names = Mapping[str, Mapping[str, str]]
"""By language, by picture."""


class Named(NamedTuple):
    """A possible name of a picture; ``score`` is the cosine of both in the learned space, and no probability."""

    image: str
    rank: int
    name: str
    score: float


def read_names(path: Path, languages: Collection[str]) -> dict[str, dict[str, str]]:
    """The names of pictures in ``languages``: lines of a picture, a language and a name, or a folder of CLDR.

    Raises:
        FormatError: A line has not three columns, or a language has no names.
    """
    if cldr.matches(path):
        emoji = "emoji/"
        read = {language: cldr.names(path, language) for language in languages}
        return {
            language: {key.removeprefix(emoji): name for key, name in names.items() if key.startswith(emoji)}
            for language, names in read.items()
        }
    by_language: dict[str, dict[str, str]] = {language: {} for language in languages}
    for image, language, name in _rows(path, ("picture", "language", "name")):
        if (code := language_code(language)) in by_language:
            by_language[code][image] = name
    if missing := [language for language, names in by_language.items() if not names]:
        raise FormatError.at(
            path, None, f"no name in {', '.join(missing)}", "names in every language that is asked for"
        )
    return by_language


def read_known(path: Path) -> dict[str, str]:
    """The pictures that a language has named: lines of a picture and its name.

    Raises:
        FormatError: A line has not two columns.
    """
    return dict(_rows(path, ("picture", "name")))


def _rows(path: Path, columns: Sequence[str]) -> list[list[str]]:
    rows = []
    for block in blocks(path, description=f"Reading {path.name}"):
        for number, line in enumerate(block.lines, block.first):
            cells = [cell.strip() for cell in line.decode("utf-8", "replace").split("\t")]
            if cells == [""]:
                continue
            if len(cells) != len(columns) or not all(cells):
                raise FormatError.at(path, number, f"{line[:40]!r}", f"{' and '.join(columns)} separated by tabs")
            rows.append(cells)
    return rows


def train_naming(
    images: Mapping[str, Picture],
    names: Names,
    encoders: Mapping[str, Encoder[str]],
    settings: NamingSettings = DEFAULTS,
    *,
    progress: Progress = silent,
) -> NamingModel:
    """A model of pictures and names; a thing may lack its picture, or its name in some languages.

    Args:
        images: By thing.
        names: By language, by thing.
        encoders: Of each language's names, into one space.
        settings: How to train.
        progress: Watches the steps.

    Raises:
        VocabularyError: No language has enough named pictures.
    """
    keys = sorted(set(images).union(*names.values()))
    pictures = ImageFeatures()
    made = np.zeros((len(keys), pictures.dimensions), np.float32)
    rows = [row for row, key in enumerate(keys) if key in images]
    made[rows] = pictures.encode([images[keys[row]] for row in rows])
    texts = {language: encoders[language].encode([own.get(key, "") for key in keys]) for language, own in names.items()}
    return train_on_things(Things(made, texts), settings, progress=progress)


def name_images(
    model: NamingModel,
    images: Mapping[str, Picture],
    known: Mapping[str, str],
    words: Sequence[str],
    encoder: Encoder[str],
    *,
    k: int = 5,
) -> list[Named]:
    """The ``k`` likeliest of ``words`` for each of ``images`` that is not among the ``known`` ones.

    Args:
        model: What ``train_naming`` returned.
        images: Pictures by their keys.
        known: Names of some of them, which the model adapts to.
        words: Candidate names.
        encoder: The multilingual encoder of text that the model was trained with.
        k: Names of each picture.

    Raises:
        VocabularyError: A known picture is not there, or no picture or no word is left.
    """
    if missing := [image for image in known if image not in images]:
        raise VocabularyError(
            f"found no picture {', '.join(missing[:5])} ({len(missing)} of {len(known)}), expected one for every name"
        )
    unnamed = [image for image in images if image not in known]
    texts = encoder.encode(words)
    readable = np.flatnonzero(texts.any(axis=1))
    if not unnamed or not len(readable):
        raise VocabularyError(
            f"found {len(unnamed)} pictures without a name and {len(readable)} words that the encoder can read, "
            "expected at least one of each"
        )
    pictures = ImageFeatures()
    support = pictures.encode([images[image] for image in known])
    namer = model.adapted(support, _encoded(encoder, list(known.values())), texts[readable])
    scores = namer.scores(pictures.encode([images[image] for image in unnamed]), texts[readable])
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return [
        Named(image, rank, words[readable[place]], round(float(scores[row, place]), 4))
        for row, image in enumerate(unnamed)
        for rank, place in enumerate(best[row].tolist(), 1)
    ]


def _encoded(encoder: Encoder[str], names: Sequence[str]) -> Matrix:
    return encoder.encode(names) if names else np.zeros((0, encoder.dimensions), np.float32)
