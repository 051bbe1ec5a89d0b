"""Other sources weighed with the ranker: used where held-out words are judged better, never where they are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.lexicon.induction.graph_evidence import GraphEvidence
from isogloss.lexicon.induction.pipeline import Settings, induce
from isogloss.lexicon.ranking.combination import fitted, gain
from isogloss.lexicon.self_learning.resources import Resources
from tests.lexicon.conftest import kept

WORDS, PLACES = 400, 6
Drawn = tuple[np.ndarray, np.ndarray, np.ndarray]


def drawn(random: np.random.Generator, *, right: float) -> Drawn:
    """Candidates of a ranker that is right half the time, and a source that lists the true one so often."""
    place = random.integers(PLACES, size=WORDS)
    truth = np.arange(PLACES) == place[:, None]
    probability = np.full((WORDS, PLACES), 0.1, np.float32)
    sure = np.where(random.random(WORDS) < 0.5, place, random.integers(PLACES, size=WORDS))
    probability[np.arange(WORDS), sure] = 0.5
    evidence = np.where(random.random(WORDS) < right, place, random.integers(PLACES, size=WORDS))
    here = np.arange(PLACES) == evidence[:, None]
    columns = np.stack([here, 1.5 * here, ~here], axis=-1).astype(np.float32)
    return probability, columns, truth


def test_a_source_that_knows_better_is_followed() -> None:
    probability, columns, truth = drawn(np.random.default_rng(0), right=0.9)
    report = gain(probability, columns, truth)
    assert report["helps"]
    assert report["with"] > report["without"] + 0.2
    fused = fitted(probability, columns, truth)(probability, columns)
    assert abs(fused.mean() - truth.mean()) < 0.01, "probabilities stay calibrated"


def test_a_source_that_talks_at_random_changes_next_to_nothing() -> None:
    probability, columns, truth = drawn(np.random.default_rng(1), right=0.0)
    report = gain(probability, columns, truth)
    assert abs(report["with"] - report["without"]) < 0.05


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0, 1)), max_size=12))
def test_columns_say_what_is_listed(pairs: list[tuple[int, int, float]]) -> None:
    tables = [Vectors(n, tuple(f"{n}{row}" for row in range(4)), np.eye(4, dtype=np.float32)) for n in ("a", "b")]
    pairs_of_graph = tuple(Pair(f"a{word}", f"b{other}", chance) for word, other, chance in pairs)
    listed = Dictionary("a", "b", pairs_of_graph, Origin("said"))
    evidence = GraphEvidence.of(listed, *tables)
    columns = evidence.columns(np.arange(4), np.tile(np.arange(4), (4, 1)))
    highest = {(word, other): max(c for o, t, c in pairs if (o, t) == (word, other)) for word, other, _ in pairs}
    for word in range(4):
        for other in range(4):
            here = highest.get((word, other), 0.0) > 0
            assert columns[word, other, 0] == here
            rivals = any(chance > 0 for (o, _), chance in highest.items() if o == word)
            assert columns[word, other, 2] == (rivals and not here)
    assert np.isfinite(columns).all()


@pytest.mark.parametrize("honest", [True, False])
def test_a_lexicon_reports_what_others_are_worth(honest: bool) -> None:
    source, target = (sample_vectors(language) for language in ("en", "fi"))
    whole = sample_dictionary("en", "fi").lowercased().within(source, target)
    source, target = kept(source, set(whole.by_source)), kept(target, set(whole.reversed().by_source))
    ends = [pair.target for pair in whole]
    ends = ends if honest else np.random.default_rng(0).permutation(ends).tolist()
    evidence = tuple(Pair(pair.source, end, 0.9) for pair, end in zip(whole, ends, strict=True))
    inferred = Dictionary("en", "fi", evidence, Origin("inferred"))
    built = induce(source, target, whole, Settings(method="self-trained"), Resources(graph_evidence=inferred))
    account = built.report["graph_evidence"]
    assert account["words"] > 100
    unseen = built.report["held_out"]["ranked_precision_at_1"]
    assert built.precision == pytest.approx(unseen, abs=1e-4), "what is promised is of words that the ranker never saw"
    if honest:
        assert account["helps"]
        assert account["with"] > account["without"]
    else:
        assert account["with"] <= account["without"] + 0.05


def test_too_few_known_words_leave_the_ranker_alone_and_say_so() -> None:
    source, target = (sample_vectors(language).first(1000) for language in ("en", "fr"))
    inferred = Dictionary("en", "fr", (Pair("war", "guerre", 0.9),), Origin("inferred"))
    built = induce(source, target, None, Settings(method="procrustes"), Resources(graph_evidence=inferred))
    assert not built.report["graph_evidence"]["helps"]
    assert any(
        "inferred: graph evidence is not used" in warning and "need 100" in warning
        for warning in built.report["warnings"]
    )
