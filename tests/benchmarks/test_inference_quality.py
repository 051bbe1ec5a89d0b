from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.inference import PAIRS, part_of, promised, together
from benchmarks.quality.teaching import TEACHERS
from benchmarks.real_data import FREEDICT
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.numerics.calibration import calibration_error
from isogloss.kg.graph import open_graph
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.pipeline import prepare
from isogloss.kg.inference.prior import prior
from isogloss.kg.inference.translation_links import TranslationLinks

HIDDEN = Origin("hidden", "CC0-1.0")


def test_no_dictionary_that_is_judged_nor_its_reverse_has_taught_the_prior() -> None:
    test, training = ({frozenset(pair) for pair in pairs} for pairs in (PAIRS, TEACHERS))
    assert test.isdisjoint(training)
    assert {package for package, _, _ in TEACHERS.values()}.isdisjoint(package for package, _, _ in FREEDICT.values())
    assert 0 < len(prior().dictionaries) <= len(TEACHERS)


def test_a_hidden_dictionary_changes_nothing_of_what_is_predicted(tmp_path: Path) -> None:
    """Whatever the hidden dictionary says, the probabilities and the threshold stay the same."""
    words = [f"w{number}" for number in range(200)]
    prepared_twice = []
    for shift in (0, 7):
        with open_graph(tmp_path / f"{shift}.db", write=True) as graph:
            known = Origin("known", "CC0-1.0")
            graph.add(Dictionary.of("en", "de", [(word, f"{word}a") for word in words], known))
            graph.add(Dictionary.of("fr", "de", [(word, f"{word}a") for word in words], known))
            turned = words[shift:] + words[:shift]
            graph.add(Dictionary.of("en", "fr", zip(words, turned, strict=True), HIDDEN))
        with open_graph(tmp_path / f"{shift}.db") as graph:
            ends = graph.language_number("en"), graph.language_number("fr")
            prepared = prepare(LanguagePair(TranslationLinks.of(graph.store, without=[HIDDEN.name]), *ends))
            assert not any(split.described.candidates is prepared.described.candidates for split in prepared.training)
            scores, threshold = prepared.scored("ensemble")
            prepared_twice.append((scores.tolist(), threshold))
    assert prepared_twice[0] == prepared_twice[1]


def test_dictionaries_asked_together_are_as_well_calibrated_as_their_candidates_in_one_set() -> None:
    random = np.random.default_rng(0)
    chances = [random.random(count) for count in (70, 300)]
    truths = [random.random(len(p)) < p + shift for p, shift in zip(chances, (0.2, -0.1), strict=True)]
    figures_of = zip("ab", map(promised, chances, truths), strict=True)
    combined = together({name: {"methods": {"ensemble": figures}} for name, figures in figures_of})
    assert combined == pytest.approx(calibration_error(np.concatenate(chances), np.concatenate(truths)))


def test_a_part_of_a_dictionary_has_whole_words() -> None:
    whole = Dictionary.of("en", "fr", [(f"w{n // 3}", f"m{n}") for n in range(60)], HIDDEN)
    part = part_of(whole, 0.25, np.random.default_rng(0))
    assert len({pair.source for pair in part.pairs}) == 5
    assert len(part.pairs) == 15
    assert set(part.pairs) < set(whole.pairs)
    assert part.origin.name != whole.origin.name


def test_right_probabilities_are_off_by_chance_the_less_the_more_there_are() -> None:
    random = np.random.default_rng(2)
    few, many = (promised(random.random(count), random.random(count) < 0.5) for count in (50, 5000))
    assert 0 < many["calibration_error_by_chance"] < 0.02 < few["calibration_error_by_chance"]
    assert many["calibration_error"] > 0.2 > few["calibration_error_by_chance"]
