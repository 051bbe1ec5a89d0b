"""The first use: lexicons of the sample, evaluated on held-out words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.sample import sample_concepts, sample_dictionary, sample_vectors
from isogloss.lexicon.evaluation.word_translation import Score
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import open_lexicon
from isogloss.project.model_steps import read_score
from isogloss.project.order import LEXICON
from isogloss.project.results import Results, StepStatus

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
    dictionary = sample_dictionary(source, target).within(sample_vectors(source), sample_vectors(target))
    seeds = tuple(pair for pair in dictionary if pair.source not in held_out)
    test = tuple(pair for pair in dictionary if pair.source in held_out)
    return replace(dictionary, pairs=seeds), replace(dictionary, pairs=test)


def built(
    source: str, target: str, held_out: Collection[str], results: Results, steps: Mapping[str, StepStatus]
) -> BuiltLexicon:
    """What a run of the project has made of a pair."""
    step, evaluation = (steps[f"{kind}:{source}-{target}"] for kind in ("lexicon", "evaluation"))
    assert step.about is not None  # it is done
    lexicon = open_lexicon(results.place(step.step, step.key) / LEXICON)
    return BuiltLexicon(
        source,
        target,
        lexicon.method,
        step.about.figures["seed_words"],
        step.about.figures["pairs"],
        read_score(results.place(evaluation.step, evaluation.key)),
        _answers(lexicon.translator, seeds_and_test(source, target, held_out)[1]),
        step.about.cpu_seconds,
    )


def write_pairs(pairs: Dictionary, path: Path) -> None:
    """A pair a line, with a tab between."""
    path.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), "utf-8", newline="\n")


def _answers(translator: Translator, test: Dictionary) -> tuple[Answer, ...]:
    """The first answers to the most frequent words of the test."""
    words = sorted(test.by_source, key=lambda word: translator.source.row_of[word])[:EXAMPLES]
    best = [translations[0] for translations in translator.translate(words, 1).values()]
    return tuple(
        Answer(first.query, first.word, first.probability, first.word in test.by_source[first.query]) for first in best
    )
