"""The first use: a lexicon for two languages, evaluated on held-out words."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.sample import ORIGIN, sample_concepts, sample_dictionary, sample_licence, sample_vectors
from isogloss.lexicon.evaluation.word_translation import Score
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import build_lexicon

PAIRS = (("en", "fr"), ("en", "ja"), ("en", "fi"))
HELD_OUT_SHARE = 0.3  # of the English names of things; round number, leaves over a hundred test words a pair
EXAMPLES = 5  # translations shown of each lexicon; round number


class Answer(NamedTuple):
    """A word, its first translation, the probability of that, and whether the test dictionary has it."""

    word: str
    translation: str
    probability: float
    right: bool


FIGURES = ("precision_at_1", "precision_at_5", "precision_at_10", "mean_reciprocal_rank")


@dataclass(frozen=True, eq=False)
class BuiltLexicon:
    """A lexicon of the demonstration: its seeds, its pairs, and its scores on held-out words."""

    source: str
    target: str
    method: str
    seeds: int
    pairs: int
    score: Score
    answers: tuple[Answer, ...]
    cpu_seconds: float
    dictionary: Dictionary

    @property
    def name(self) -> str:
        """``en-fr``."""
        return f"{self.source}-{self.target}"

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return {
            "pair": self.name,
            "method": self.method,
            "seed_words": self.seeds,
            "pairs_induced": self.pairs,
            "words_asked": self.score.words,
            **{name: round(asdict(self.score)[name], 6) for name in FIGURES},
            "interval": [round(value, 4) for value in self.score.interval],
            "cpu_seconds": round(self.cpu_seconds, 1),
            "answers": [answer._asdict() for answer in self.answers],
        }


def held_out_words(seed: int) -> frozenset[str]:
    """The English words whose translations are in no lexicon's seeds, in any language."""
    words = sorted({names["en"].lower() for names in sample_concepts().values() if "en" in names})
    chosen = np.random.default_rng(seed).permutation(len(words))[: round(HELD_OUT_SHARE * len(words))]
    return frozenset(words[index] for index in chosen)


def seeds_and_test(source: str, target: str, held_out: Collection[str]) -> tuple[Dictionary, Dictionary]:
    """CLDR's pairs of words that have vectors: seeds, and those of the words held out."""
    whole = sample_dictionary(source, target).within(sample_vectors(source), sample_vectors(target))
    seeds = tuple(pair for pair in whole if pair.source not in held_out)
    test = tuple(pair for pair in whole if pair.source in held_out)
    return replace(whole, pairs=seeds), replace(whole, pairs=test)


def build(source: str, target: str, held_out: Collection[str], folder: Path, seed: int) -> BuiltLexicon:
    """Build a lexicon, write it to ``folder`` with its seeds and its test words, and evaluate it on the latter."""
    began = time.process_time()
    vectors = sample_vectors(source), sample_vectors(target)
    seeds, test = seeds_and_test(source, target, held_out)
    place = folder / f"{source}-{target}"
    # no extra dictionary: the bundled one holds the words of the test
    lexicon = build_lexicon(*vectors, seeds, out=place, search="exact", seed=seed, extra={})
    cpu = time.process_time() - began
    for name, pairs in (("seeds", seeds), ("test", test)):
        write_pairs(pairs, folder / f"{source}-{target}.{name}.tsv")
    return BuiltLexicon(
        source,
        target,
        lexicon.method,
        len(seeds.by_source),
        len(lexicon),
        lexicon.evaluate(test).scores["muse"],
        _answers(lexicon.translator, test),
        cpu,
        _licensed(lexicon.dictionary()),
    )


def write_pairs(pairs: Dictionary, path: Path) -> None:
    """A pair a line, with a tab between."""
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), "utf-8", newline="\n")


def licence_of(source: str, target: str) -> str:
    """The licence of a lexicon of the sample: that of the vectors of both languages and of CLDR's pairs."""
    return " AND ".join(sorted({sample_licence(source), sample_licence(target), ORIGIN.licence}))


def _licensed(induced: Dictionary) -> Dictionary:
    return replace(induced, origin=replace(induced.origin, licence=licence_of(induced.source, induced.target)))


def _answers(translator: Translator, test: Dictionary) -> tuple[Answer, ...]:
    """The first answers to the most frequent words of the test."""
    words = sorted(test.by_source, key=lambda word: translator.source.row_of[word])[:EXAMPLES]
    best = [translations[0] for translations in translator.translate(words, 1).values()]
    return tuple(
        Answer(first.query, first.word, first.probability, first.word in test.by_source[first.query]) for first in best
    )
