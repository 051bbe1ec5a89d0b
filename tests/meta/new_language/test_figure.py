"""What `meta ranker evaluate --figure` draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import FormatError
from isogloss.data.numerics.bootstrap import Interval
from isogloss.meta.new_language.evaluation import BASELINES, METHODS, Evaluation, Row
from isogloss.meta.new_language.report import draw_evaluation
from isogloss.meta.taskmap.affinity import TaskMap, load_map, save_map
from isogloss.meta.training.settings import Settings

KINDS = TaskMap(
    ("mapping en-fr", "mapping en-ja", "edges en-fr"),
    np.array([[1, 0.4, -0.2], [0.4, 1, 0], [-0.2, 0, 1]]),
    "gradient",
    {"mapping en-fr": {"rank": 1.0}, "mapping en-ja": {}, "edges en-fr": {}},
)


def row(language: str, seeds: int) -> Row:
    values = {method: (place + 1) / 20 for place, method in enumerate(METHODS)}
    sure = {name: Interval(value, value - 0.03, value + 0.03) for name, value in values.items()}
    gain = dict.fromkeys(BASELINES, Interval(0, 0, 0))
    return Row(language, "en", language, seeds, 1, 100, values, gain, sure)


def test_every_held_out_language_has_a_panel_with_intervals_and_a_map_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    monkeypatch.setitem(matplotlib.rcParams, "svg.fonttype", "none")  # words stay words
    evaluation = Evaluation(tuple(row(language, k) for language in ("ja", "fi") for k in (10, 25)), Settings())
    draw_evaluation(None, evaluation, tmp_path / "all.svg", task_map=KINDS)
    drawn = (tmp_path / "all.svg").read_text("utf-8")
    for label in ("P@1, en to ja", "P@1, en to fi", "not adapted", "mapping en-ja", "gradient affinity"):
        assert label in drawn
    assert drawn.count('id="LineCollection') >= 2 * len(METHODS), "an interval for each method and language"


def test_a_task_map_is_the_same_after_a_file_and_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    save_map(KINDS, path)
    again = load_map(path)
    assert again.names == KINDS.names
    assert (again.affinity == KINDS.affinity).all()
    assert again.descriptors == KINDS.descriptors
    path.write_text('{"kinds": ["one"], "affinity": [], "descriptors": {}, "measure": "gradient"}')
    with pytest.raises(FormatError, match="1 kinds of tasks and numbers of shape"):
        load_map(path)
    path.write_text("[" * 100_000)
    with pytest.raises(FormatError, match="no readable map"):
        load_map(path)
    with pytest.raises(FormatError, match="isogloss meta tasks --affinity"):
        load_map(tmp_path / "nowhere")
