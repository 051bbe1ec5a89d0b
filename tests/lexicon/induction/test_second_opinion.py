"""An encoder beside the vectors: it counts where held-out words are ranked better, and leaves no trace where not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.encoded import ADDED, Encoded
from isogloss.lexicon.alignment.presets import QUICK
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.ranking import training
from isogloss.lexicon.ranking.features import FEATURES, Extractor
from isogloss.lexicon.ranking.fit import Fit
from isogloss.lexicon.search.direction import CANDIDATES
from isogloss.lexicons import Lexicon, build_lexicon, open_lexicon

WORDS, SEEDS = 640, 500


@pytest.fixture(scope="module", autouse=True)
def few_steps() -> Iterator[None]:
    """Rankers of spaces this simple need no more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "MIN_STEPS", 1)
        patch.setattr(training, "BATCH", 512)
        yield


def noisy(random: np.random.Generator, dimensions: int, noise: float) -> tuple[Matrix, Matrix]:
    """Word ``i`` of one language and of the other: the same point, blurred."""
    points = random.standard_normal((WORDS, dimensions))
    x, y = (points + noise * random.standard_normal(points.shape) for _ in range(2))
    return x.astype(np.float32), y.astype(np.float32)


@pytest.fixture(scope="module")
def sides() -> tuple[Vectors, Vectors]:
    """Words without a spelling in common, in noisy vectors."""
    random = np.random.default_rng(0)
    names = ["".join(random.choice(list("abcdefghij"), 7)) for _ in range(2 * WORDS)]
    x, y = noisy(random, 24, 1.0)
    return Vectors("en", tuple(names[:WORDS]), x), Vectors("fr", tuple(names[WORDS:]), y)


@pytest.fixture(scope="module")
def seeds(sides: tuple[Vectors, Vectors]) -> Dictionary:
    source, target = sides
    pairs = tuple(map(Pair, source.words[:SEEDS], target.words[:SEEDS]))
    return Dictionary("en", "fr", pairs, Origin("known"))


class Told:
    """An encoder that has its own noisy vectors of the words, or those of other words."""

    dimensions = 24

    def __init__(self, sides: tuple[Vectors, Vectors], *, knows: bool) -> None:
        random = np.random.default_rng(1)
        x, y = noisy(random, self.dimensions, 0.5)
        vectors = np.concatenate([x, y if knows else random.permutation(y)])
        self.said = dict(zip((*sides[0].words, *sides[1].words), vectors, strict=True))

    def encode(self, items: Sequence[str]) -> Matrix:
        return np.stack([self.said[item] for item in items])


def built(sides: tuple[Vectors, Vectors], seeds: Dictionary, encoder: Told | None) -> Lexicon:
    return build_lexicon(*sides, seeds, effort="quick", min_probability=0.01, leave_out=(), encoder=encoder)


def unseen_right(lexicon: Lexicon, words: Sequence[str], gold: Sequence[str], *, reverse: bool = False) -> float:
    answers = lexicon.translate(list(words[SEEDS:]), 1, reverse=reverse)
    return float(
        np.mean([answers[word][0].word == right for word, right in zip(words[SEEDS:], gold[SEEDS:], strict=True)])
    )


@pytest.fixture(scope="module")
def plain(sides: tuple[Vectors, Vectors], seeds: Dictionary) -> Lexicon:
    return built(sides, seeds, None)


@pytest.fixture(scope="module")
def helped(sides: tuple[Vectors, Vectors], seeds: Dictionary) -> Lexicon:
    return built(sides, seeds, Told(sides, knows=True))


def test_an_encoder_that_knows_the_words_raises_precision_on_words_that_no_seed_has(
    sides: tuple[Vectors, Vectors], plain: Lexicon, helped: Lexicon
) -> None:
    account = helped.report["encoder"]
    assert (account["name"], account["helps"]) == ("Told", True)
    assert account["with"] > account["without"] + 0.05
    for words, gold, reverse in ((sides[0].words, sides[1].words, False), (sides[1].words, sides[0].words, True)):
        before, after = (unseen_right(built, words, gold, reverse=reverse) for built in (plain, helped))
        assert after > before + 0.05
    assert helped.precision == pytest.approx(unseen_right(helped, sides[0].words, sides[1].words), abs=0.1)
    assert not any("encoder" in warning for warning in helped.report["warnings"])


def test_an_encoder_that_knows_nothing_leaves_the_lexicon_as_it_is_and_is_named(
    sides: tuple[Vectors, Vectors], seeds: Dictionary, plain: Lexicon
) -> None:
    lexicon = built(sides, seeds, Told(sides, knows=False))
    assert not lexicon.report["encoder"]["helps"]
    assert list(lexicon.entries.lines()) == list(plain.entries.lines())
    assert any(warning.startswith("Told: the encoder is not used") for warning in lexicon.report["warnings"])
    assert lexicon.translator.model.encoded is None


def test_a_lexicon_that_is_opened_again_needs_no_encoder_and_says_the_same(
    sides: tuple[Vectors, Vectors], helped: Lexicon, tmp_path: Path
) -> None:
    again = open_lexicon(helped.save(tmp_path / "out"))
    words = list(sides[0].words[SEEDS : SEEDS + 40])
    for reverse, queries in ((False, words), (True, list(sides[1].words[SEEDS : SEEDS + 40]))):
        before, after = (lexicon.translate(queries, 3, reverse=reverse) for lexicon in (helped, again))
        assert before == after
    listed = {(entry.source, entry.target): entry.probability for entry in again}
    likely = [best for answers in again.translate(words, 1).values() for best in answers if best.probability > 0.02]
    assert len(likely) > 20
    assert all(
        translation.probability == pytest.approx(listed[translation.query, translation.word], abs=2e-4)
        for translation in likely
    )


def encoded() -> Encoded:
    return Encoded.of("told", *noisy(np.random.default_rng(1), 24, 0.5))


def judge(sides: tuple[Vectors, Vectors], opinion: Encoded) -> tuple[Extractor, Space]:
    space = replace(Space.of(*sides, 1), encoded=opinion)
    method = replace(QUICK, corrected=False, spelling=False)
    fit = Fit.of(space, method, Seeds(np.arange(40), np.arange(40)))
    return fit.extractor(fit.direction(space), space), space


def test_the_last_candidates_are_the_best_of_the_encoder_that_are_not_there_already(
    sides: tuple[Vectors, Vectors],
) -> None:
    opinion = encoded()
    extractor, space = judge(sides, opinion)
    near = extractor.direction.forward_retrieval.forward
    queries = extractor.queries(np.arange(WORDS), space.source.words)
    candidates = extractor.candidates(queries, near)
    kept = CANDIDATES - ADDED
    assert np.array_equal(candidates.rows[:, :kept], near.rows[:, :kept])
    for row in range(0, WORDS, 50):
        expected = [best for best in opinion.source.best[row].tolist() if best not in near.rows[row, :kept]][:ADDED]
        assert set(candidates.rows[row, kept:].tolist()) == set(expected)
        assert len(set(candidates.rows[row].tolist())) == CANDIDATES


def test_what_the_encoder_says_of_a_candidate_stands_behind_its_features(sides: tuple[Vectors, Vectors]) -> None:
    opinion = encoded()
    extractor, space = judge(sides, opinion)
    queries = extractor.queries(np.arange(3), space.source.words[:3])
    near = extractor.direction.forward_retrieval.forward
    features = extractor(queries, near.rows[:3], near.scores[:3])
    assert features.shape == (3, CANDIDATES, len(FEATURES) + 4)
    x, y = opinion.source.vectors, opinion.target.vectors
    cosines = x @ y.T
    densities = [np.sort(matrix, axis=1)[:, -10:].mean(axis=1) for matrix in (cosines, cosines.T)]
    csls = 2 * cosines - densities[0][:, None] - densities[1]
    row, place = 1, near.rows[1, 4]
    expected = [cosines[row, place], csls[row, place]]
    expected += [csls[row, place] - csls[row].max(), csls[row, place] - csls[:, place].max()]
    assert features[1, 4, len(FEATURES) :] == pytest.approx(np.array(expected) / 0.1, abs=1e-3)
    unknown = queries._replace(rows=np.full(3, -1))
    assert np.isnan(extractor(unknown, near.rows[:3], near.scores[:3])[..., len(FEATURES) :]).all()
