from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import descriptions
from benchmarks.quality import active, classification
from benchmarks.quality.text_methods import METHODS
from isogloss.data.errors import DownloadError
from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.labelled_texts import Text
from isogloss.meta.new_language.active import demand


def test_half_of_the_packages_are_asked_about_and_the_same_ones_in_every_language() -> None:
    parts = [classification.part(f"package-{number}") for number in range(2000)]
    assert 0.45 < parts.count("test") / 2000 < 0.55
    assert 0.07 < parts.count("dev") / 2000 < 0.13
    assert parts == [classification.part(f"package-{number}") for number in range(2000)]


def test_a_section_gives_no_more_texts_than_it_may() -> None:
    texts = [Text(str(number), "en", "games" if number % 3 else "mail", "x") for number in range(900)]
    kept = classification._limited(texts)
    assert [sum(text.label == label for text in kept) for label in ("games", "mail")] == [classification.MOST, 300]


def test_every_design_stays_within_the_pool_and_its_budget() -> None:
    random = np.random.default_rng(0)
    x, pool = unit(random.standard_normal((900, 20)).astype(np.float32)), np.arange(100, 900, 2)
    chosen = active.choices(x, pool, 40, random)
    assert tuple(chosen) == active.DESIGNS
    assert {name: len(set(rows.tolist())) for name, rows in chosen.items()} == {
        name: 80 if name == "twice" else 40 for name in chosen
    }
    assert all(set(rows.tolist()) <= set(pool.tolist()) for rows in chosen.values())


def test_the_designs_that_coverage_is_compared_with() -> None:
    random, none = np.random.default_rng(0), np.empty(0, np.int64)
    places = np.repeat(np.eye(4, 8), 10, axis=0) + 0.1 * random.standard_normal((40, 8))
    x, rows = unit(places.astype(np.float32)), np.arange(40)
    assert {choice.row // 10 for choice in active.leverage(x, demand(x), rows, none, 4)} == {0, 1, 2, 3}
    assert [choice.row for choice in active.frequent(x, demand(x), rows[5:], rows[5:7], 3)] == [7, 8, 9]


def test_the_table_of_classification_has_a_cell_for_every_method() -> None:
    gain = {"mean": 0.1, "low": 0.05, "high": 0.15}
    row = {"sections": "seen", "held_out": "ja", "source": "en", "target": "ja", "shots": 5}
    row |= {"accuracy": dict.fromkeys(METHODS, 0.5), "gain": dict.fromkeys(METHODS, gain)}
    lines = classification.table([json.loads(json.dumps(row))]).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert "+10.0 [+5.0, +15.0]" in lines[-1]


def test_descriptions_that_were_torn_are_fetched_anew_and_not_guessed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOSS_BENCH_DATA", str(tmp_path))
    (tmp_path / f"descriptions-{descriptions.SUITE}").mkdir()
    with pytest.raises(DownloadError, match="remove the folder"):
        descriptions._index("Packages")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DownloadError, match="no apt-get"):
        descriptions._fetch(tmp_path / "new", ("en",))
