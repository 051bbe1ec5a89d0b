"""The third use: a lexicon of a new language from five words, without and with a model of other languages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import AlignmentError, IsoglossError
from isogloss.data.numerics.bootstrap import Interval, paired_bootstrap
from isogloss.data.sample import sample_dictionary, sample_languages, sample_vectors
from isogloss.data.threads import cores
from isogloss.data.vectors import Vectors
from isogloss.demonstration.lexicons import Answer, write_pairs
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.third_languages import ThirdLanguage
from isogloss.lexicon.ranking.prior import Prior
from isogloss.lexicons import Lexicon, build_lexicon
from isogloss.meta.matching.prior import MatchingPrior, load, save
from isogloss.meta.matching.prior_training import with_tables
from isogloss.meta.matching.training_cases import draw_seeds
from isogloss.workers import BackgroundWork, Workers

MODEL = Path(__file__).parent / "model"
HELD_OUT, SOURCE = "ja", "en"
SEEDS, EXAMPLES = 5, 5  # known words, translations shown; round numbers
WITHOUT, WITH = "without", "with"


class UninformedPrior:
    """A ``Prior`` that knows nothing: what is left is self-learning from the seeds, candidates in the order of CSLS."""

    name = "no model"
    teachers = ()

    def third_languages(self, space: Space) -> tuple[ThirdLanguage, ...]:  # noqa: ARG002
        """None."""
        return ()

    def ranker_for(self, space: Space) -> None:
        """None: the bundled one has seen Japanese."""

    def initial_pairs(self, space: Space, seeds: Seeds, **_: object) -> Seeds:  # noqa: ARG002
        """None."""
        return Seeds.none()


@dataclass(frozen=True, eq=False)
class NewLanguage:
    """P@1 from the same few seeds on all other words, without and with the model, and the difference.

    ``refused`` is why there is no lexicon without it, where there is none: then no word is right.
    """

    language: str
    source: str
    trained_on: tuple[str, ...]
    teachers: tuple[str, ...]
    seeds: tuple[tuple[str, str], ...]
    words: int
    precision: Mapping[str, float]
    difference: Interval
    refused: str
    answers: tuple[Answer, ...]
    cpu_seconds: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return asdict(self) | {
            "precision": {name: round(value, 6) for name, value in self.precision.items()},
            "difference": self.difference._asdict(),
            "answers": [answer._asdict() for answer in self.answers],
        }


@dataclass(frozen=True, eq=False)
class Outcome:
    """Which test words are translated right by a lexicon, if there is one."""

    hits: NDArray[np.float64]
    answers: tuple[Answer, ...]
    refused: str
    cpu_seconds: float


class Adaptation:
    """The lexicons of the five words with the model and without it, made beside other work where there are cores."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Begin nothing yet."""
        self._items = [(WITH, folder, seed), (WITHOUT, folder, seed)]
        self._left = list(self._items)
        self._aside = BackgroundWork(adapt, Workers(min(len(self._items), cores())))

    def __enter__(self) -> Adaptation:
        """Itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End what is still at work."""
        self._aside.__exit__(*error)

    def begin_next(self) -> None:
        """Begin one of both, the longer first."""
        if self._left:
            self._aside.begin(self._left.pop(0))

    def outcomes(self) -> dict[str, Outcome]:
        """Both, when they are ready.

        Raises:
            IsoglossError: There is none: its process was killed.
        """
        while self._left:
            self.begin_next()
        outcomes = {}
        for item in self._items:
            outcome = self._aside.fetch(item)
            if outcome.result is None:
                raise IsoglossError(f"the lexicon {item[0]} the model: {outcome.lost}")
            outcomes[item[0]] = outcome.result
        return outcomes


def adapt(item: tuple[str, Path, int]) -> Outcome:
    """One of both."""
    name, folder, seed = item
    return (with_model if name == WITH else without_model)(folder, seed)


def without_model(folder: Path, seed: int) -> Outcome:
    """The lexicon of the five words alone."""
    return _outcome(UninformedPrior(), folder / "unaided", seed)


def with_model(folder: Path, seed: int) -> Outcome:
    """The lexicon of the same words with the model, both of which ``folder`` gets."""
    prior = model()
    save(prior, folder / "model")
    seeds, _ = seeds_and_test(seed)
    write_pairs(seeds, folder / f"{SOURCE}-{HELD_OUT}.few.tsv")
    return _outcome(prior, folder / f"{SOURCE}-{HELD_OUT}-adapted", seed)


def compared(outcomes: Mapping[str, Outcome], seed: int) -> NewLanguage:
    """Both outcomes beside each other."""
    without, with_it = outcomes[WITHOUT], outcomes[WITH]
    seeds, test = seeds_and_test(seed)
    words = np.arange(len(test.by_source))
    bare = load(MODEL)
    return NewLanguage(
        HELD_OUT,
        SOURCE,
        bare.languages,
        tuple(map(str, bare.teachers)),
        tuple((pair.source, pair.target) for pair in seeds),
        len(words),
        {WITHOUT: float(without.hits.mean()), WITH: float(with_it.hits.mean())},
        paired_bootstrap(with_it.hits, without.hits, words, np.random.default_rng(seed)),
        without.refused,
        with_it.answers,
        {WITHOUT: round(without.cpu_seconds, 1), WITH: round(with_it.cpu_seconds, 1)},
    )


def model() -> MatchingPrior:
    """The bundled model, trained on the sample without Japanese, with the tables that it is bundled without."""
    tables = {language: sample_vectors(language) for language in sample_languages() if language != HELD_OUT}
    return with_tables(load(MODEL), {(a, b): sample_dictionary(a, b) for a in tables for b in tables if a != b}, tables)


def seeds_and_test(seed: int, count: int = SEEDS) -> tuple[Dictionary, Dictionary]:
    """Pairs that a speaker may have been asked for, and all other words of CLDR that have vectors."""
    source, target = sample_vectors(SOURCE), sample_vectors(HELD_OUT)
    dictionary = sample_dictionary(SOURCE, HELD_OUT).within(source, target)
    few = draw_seeds(Seeds.of(dictionary, source, target), count, np.random.default_rng(seed))
    pairs = [(source.words[a], target.words[b]) for a, b in zip(few.source.tolist(), few.target.tolist(), strict=True)]
    seed_words = {word for word, _ in pairs}
    test_pairs = [(pair.source, pair.target) for pair in dictionary if pair.source not in seed_words]
    made = partial(Dictionary.of, SOURCE, HELD_OUT)
    return made(pairs, Origin("seeds")), made(test_pairs, dictionary.origin)


def _outcome(prior: Prior, folder: Path, seed: int) -> Outcome:
    began = time.process_time()
    source, target = sample_vectors(SOURCE), sample_vectors(HELD_OUT)
    seeds, test = seeds_and_test(seed)
    try:
        lexicon = build_lexicon(source, target, seeds, prior=prior, extra={}, search="exact", seed=seed, out=folder)
    except AlignmentError as error:
        return Outcome(np.zeros(len(test.by_source)), (), str(error), time.process_time() - began)
    hits, answers = hits_of(lexicon, test), _answers(lexicon, test, source)
    return Outcome(hits, answers, "", time.process_time() - began)


def hits_of(lexicon: Lexicon, test: Dictionary) -> NDArray[np.float64]:
    """1 for each word of ``test`` whose first translation is right, else 0."""
    best = lexicon.translate(list(test.by_source), 1)
    return np.array([float(best[word][0].word in targets) for word, targets in test.by_source.items()])


def _answers(lexicon: Lexicon, test: Dictionary, source: Vectors) -> tuple[Answer, ...]:
    """The first translations of the most frequent words."""
    frequent = sorted(test.by_source, key=source.row_of.__getitem__)[:EXAMPLES]
    firsts = [translations[0] for translations in lexicon.translate(frequent, 1).values()]
    return tuple(
        Answer(first.query, first.word, first.probability, first.word in test.by_source[first.query])
        for first in firsts
    )
