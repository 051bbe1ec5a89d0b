"""`report.html`: one sound page whatever the words are."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from isogloss.data.vectors import Vectors
from isogloss.lexicon.evaluation.page import _tried, advice, doubtful, page, surprising
from isogloss.lexicon.evaluation.svg import Series, figure
from isogloss.lexicon.induction.pipeline import Induction
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicons import Lexicon, open_lexicon

VOID = ("meta", "!doctype")
HOSTILE = '<script>alert("1")</script>\x1b[31m\u202e'


class Tags(HTMLParser):
    """Checks that elements are closed in order, and keeps their names."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@pytest.fixture(scope="module")
def built(induction: Induction, source: Vectors, target: Vectors) -> Lexicon:
    report = {**induction.report, "precision_at_1": 0.5, "peak_memory_mb": 1.0}
    return Lexicon(Translator(induction.model, source, target), report, induction=induction)


def tags(html: str) -> Tags:
    read = Tags()
    read.feed(html)
    assert read.open == []
    return read


def test_the_page_is_written_beside_the_report_and_needs_nothing_else(built: Lexicon, tmp_path: Path) -> None:
    folder = built.save(tmp_path / "out")
    html = (folder / "report.html").read_text("utf-8")
    seen = tags(html).seen
    assert {"svg", "polyline", "circle", "table", "h2"} <= seen
    assert not {"script", "link", "img", "iframe"} & seen
    assert not re.search(r"https?://|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert f"{built.report['pairs']:,} pairs" in html
    for title in ("How sure it is", "before and after", "What was tried", "What to do next"):
        assert title in html
    assert open_lexicon(folder).entries.kinds == built.entries.kinds


def test_words_are_text_and_never_markup(built: Lexicon) -> None:
    hostile = replace(built.entries, source=(HOSTILE,) * len(built), target=("&amp;",) * len(built))
    words = tuple(HOSTILE + str(row) for row in range(len(built.translator.source)))
    translator = replace(built.translator, source=replace(built.translator.source, words=words, spellings=()))
    html = page(translator, hostile, {**built.report, "warnings": [HOSTILE], "method": HOSTILE})
    assert "script" not in tags(html).seen
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;amp;" in html
    assert "\\x1b[31m\\u202e" in html  # what moves a cursor or turns the direction of text is shown, not done
    assert not {"\x1b", "\u202e"} & set(html)


def test_an_empty_lexicon_has_a_page_that_says_what_to_do(built: Lexicon) -> None:
    none = replace(
        built.entries,
        source=(),
        target=(),
        kinds=(),
        **{name: getattr(built.entries, name)[:0] for name in ("score", "probability", "rank", "rank_backward")},
    )
    nothing = {**built.report["expected"][0], "pairs": 0, "words": 0}
    report = {**built.report, "pairs": 0, "expected_right": 0, "expected": [nothing] * 10}
    assert "0 pairs, of which 0 are expected to be right" in page(built.translator, none, report)
    assert any("No pair is sure enough" in line for line in advice(report))


def test_doubtful_pairs_are_near_one_half_and_surprising_ones_probable(built: Lexicon) -> None:
    doubts = [abs(entry.probability - 0.5) for entry in doubtful(built.entries)]
    assert doubts == sorted(doubts)
    assert doubts[0] == min(abs(entry.probability - 0.5) for entry in built)
    probable = surprising(built.entries)
    assert probable
    assert all(entry.probability >= 0.5 and entry.source != entry.target for entry in probable)


def test_a_figure_keeps_its_marks_inside() -> None:
    drawn = figure([Series("first", line=[(0, 0), (1, 1)], dots=[(1, 1, 3)], labels=["<b>"])], "x", "y", diagonal=True)
    tags(drawn)
    points = [float(value) for value in re.findall(r'(?:cx|cy)="([\d.]+)"', drawn)]
    assert len(points) == 2
    assert all(0 <= value <= 360 for value in points)
    assert "&lt;b&gt;" in drawn


def test_a_page_of_refinement_tells_how_many_rounds_were_tried() -> None:
    trial = {"method": "muse", "rounds": 3, "precision_at_1": 0.25, "words": 40}
    held_out = {"linear": {"precision_at_1": 0.2}, "kernel_corrected": None, "ranked_precision_at_1": 0.3}
    html = _tried({"held_out": held_out, "precision_at_1": 0.2, "trials": [trial], "self_training": []})
    tags(html)
    assert "<td>muse</td>" in html
    assert "25.0%" in html
