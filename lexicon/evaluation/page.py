"""A page about a lexicon, `report.html`: what is in it, how sure it is, how it came about, what to do next.

It is one file without scripts: figures are inline SVG, in the colours that the reader's system asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from isogloss.data.html_page import document, section, table
from isogloss.data.vectors import Matrix
from isogloss.data.words import escaped
from isogloss.lexicon.evaluation.plots import spaces
from isogloss.lexicon.evaluation.svg import Series, figure
from isogloss.lexicon.induction.entries import Entries, Entry
from isogloss.lexicon.induction.translator import Translator

PAIRS = 20  # of each list, round number
DRAWN = 100  # pairs of the spaces, round number

STYLE = """
.columns { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; } figcaption { color: var(--soft); }
figure { margin: 0; } figcaption { max-width: 26rem; font-size: .9rem; }
svg { width: 26rem; max-width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
.axis { stroke: var(--line); } .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
.first { fill: var(--first); stroke: var(--first); } .second { fill: var(--second); stroke: var(--second); }
polyline { fill: none !important; stroke-width: 2; } .join { stroke: var(--line); }
.bar { display: inline-block; height: .6rem; background: var(--first); } .big { font-size: 1.3rem; }
"""


def page(translator: Translator, entries: Entries, report: Mapping[str, Any]) -> str:
    """The page as HTML."""
    source, target = translator.source.language, translator.target.language
    title = f"{source}-{target} lexicon"
    sections = (
        _summary(entries, report),
        section("How sure it is", _columns(_calibration(report), _coverage(report))),
        section("Both spaces before and after the alignment", _columns(*_spaces(translator))),
        section(
            "Pairs to look at",
            _columns(
                _pairs("Most doubtful: nearest to one half", doubtful(entries)),
                _pairs("Most surprising: probable, though their vectors are not the closest", surprising(entries)),
            ),
        ),
        section("What was tried", _tried(report)),
        section("What to do next", _list(advice(report))),
    )
    return document(title, "".join(sections), style=STYLE)


def doubtful(entries: Entries) -> list[Entry]:
    """The pairs whose probability is nearest to one half."""
    return sorted(entries, key=lambda entry: abs(entry.probability - 0.5))[:PAIRS]


def surprising(entries: Entries) -> list[Entry]:
    """The probable pairs whose CSLS is lowest, words spelled alike left out."""
    probable = [entry for entry in entries if entry.probability >= 0.5 and entry.source != entry.target]
    return sorted(probable, key=lambda entry: entry.score - entry.probability)[:PAIRS]


def advice(report: Mapping[str, Any]) -> list[str]:
    """What would make the lexicon larger or surer, the most important first."""
    words, goals = report["seeds"]["words_used"], report["goals"]
    advised = list(report["warnings"])
    if not report["pairs"]:
        advised.append("No pair is sure enough. Add seed words; a hundred frequent ones change most.")
    elif words < 500:
        advised.append(
            f"The lexicon rests on {words:,} seed words; up to 500, more of them are the surest gain. Check the "
            "doubtful pairs above and add the right ones to the seeds."
        )
    more = goals["f1"]
    if more["pairs"] > report["pairs"]:
        advised.append(
            f"More pairs that are less sure: --for f1 keeps {more['pairs']:,}, of which {more['precision']:.0%} are "
            "expected to be right."
        )
    if report["calibration_error"] > 0.05:
        advised.append(
            f"Probabilities are off by {report['calibration_error']:.2f} on average on held-out seed words: check the "
            "lexicon on a dictionary of your own with isogloss lexicon evaluate."
        )
    advised.append("Evaluate it on words that are not seeds: isogloss lexicon evaluate DIR --test FILE.")
    return advised


def _summary(entries: Entries, report: Mapping[str, Any]) -> str:
    pairs, right = report["pairs"], report["expected_right"]
    share = f" ({right / pairs:.0%})" if pairs else ""
    kinds = {name: entries.kinds.count(name) for name in ("name", "identical", "foreign", "code", "number")}
    marked = ", ".join(f"{count:,} {name}" for name, count in kinds.items() if count) or "none"
    missed = ", ".join(f"{count:,} {name}" for name, count in report["left_out"].items()) or "none"
    teachers = ", ".join(report.get("teachers", ())) or "none"
    return (
        f'<p class="big">{pairs:,} pairs, of which {right:,}{share} are expected to be right.</p>'
        f"<p>Method: {escaped(report['method'])}, from {report['seeds']['words_used']:,} seed words; "
        f"P@1 {report['precision_at_1']:.1%} on held-out words. Marked by kind: {marked}. "
        f"Left out by their kind: {missed}. Dictionaries that pre-trained parts were trained on: "
        f"{escaped(teachers)}.</p>\n"
    )


def _calibration(report: Mapping[str, Any]) -> str:
    bins = report["reliability"]
    largest = max((bin_["cases"] for bin_ in bins), default=1)
    dots = [(bin_["promised"], bin_["true"], 2 + 6 * (bin_["cases"] / largest) ** 0.5) for bin_ in bins]
    drawn = figure([Series("first", dots=dots)], "probability", "share that is right", diagonal=True)
    return _figure(
        drawn,
        "Calibration on held-out seed words: of pairs at 0.9, nine in ten should be right. Larger dots, more pairs. "
        f"Mean error {report['calibration_error']:.3f}.",
    )


def _coverage(report: Mapping[str, Any]) -> str:
    points = sorted((point for point in report["expected"][1:] if point["pairs"]), key=lambda point: point["words"])
    widest = max((point["words"] for point in report["expected"]), default=0) or 1
    line = [(point["words"] / widest, point["precision"]) for point in points]
    chosen = report["expected"][0]
    current = [(chosen["words"] / widest, chosen["precision"], 5.0)] if chosen["pairs"] else []
    marks = [Series("first", line=line), Series("second", dots=current)]
    drawn = figure(marks, f"words with a translation, of {widest:,}", "expected precision")
    return _figure(drawn, "Expected precision against coverage, by threshold of probability; the dot is this lexicon.")


def _spaces(translator: Translator) -> Iterable[str]:
    names = translator.source.language, translator.target.language
    for title, (x, y), words in spaces(translator, DRAWN):
        scaled = _within(np.concatenate([x, y]))
        drawn = figure(
            [
                Series("first", dots=[(*point, 2.5) for point in scaled[: len(x)].tolist()], labels=words[0]),
                Series("second", dots=[(*point, 2.5) for point in scaled[len(x) :].tolist()], labels=words[1]),
            ],
            joined=list(zip(scaled[: len(x)].tolist(), scaled[len(x) :].tolist(), strict=True)),
        )
        caption = f"{title}: {names[0]} blue, {names[1]} orange; lines join known translations."
        yield _figure(drawn, caption)


def _within(points: Matrix) -> Matrix:
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray(0.03 + 0.94 * (points - low) / np.maximum(high - low, 1e-9), np.float32)


def _tried(report: Mapping[str, Any]) -> str:
    held_out = report["held_out"]
    rows = [("linear map, CSLS", held_out["linear"]["precision_at_1"])]
    if held_out["kernel_corrected"]:
        rows.append(("with kernel correction", held_out["kernel_corrected"]["precision_at_1"]))
    if report["precision_at_1"] == held_out["ranked_precision_at_1"]:
        rows.append(("with the ranker", held_out["ranked_precision_at_1"]))
    parts = [_table(("on held-out words", "P@1"), [(name, f"{value:.1%}") for name, value in rows])]
    if trials := list(report["trials"]):
        parts.append(_starts(trials) if "start" in trials[0] else _refinements(trials))
    if rounds := list(report["self_training"]):
        counts = [(f"{fold['pseudo_labels']:,}", f"{fold['pairs']:,}") for fold in rounds]
        parts.append(_table(("pseudo-labels", "training pairs"), counts))
    return _columns(*parts)


def _starts(trials: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            trial["start"],
            f"{trial['words']:,}",
            f"{trial['agreement']:.3f}",
            f"{trial['cycles']:.3f}" if "cycles" in trial else "",
            "near chance level" if trial["failed"] else "",
        )
        for trial in trials
    ]
    return _table(("self-learning from", "words", "agreement", "cycle consistency", ""), rows)


def _refinements(trials: Sequence[Mapping[str, Any]]) -> str:
    rows = [(trial["method"], str(trial["rounds"]), f"{trial['precision_at_1']:.1%}") for trial in trials]
    return _table(("method", "refinement rounds", "P@1 on held-out words"), rows)


def _pairs(title: str, entries: Sequence[Entry]) -> str:
    rows = "".join(
        f"<tr><td>{escaped(entry.source)}</td><td>{escaped(entry.target)}</td>"
        f'<td class="whole"><span class="bar" style="width:{5 * entry.probability:.2f}rem"></span> '
        f"{entry.probability:.0%}</td>"
        f'<td class="soft">{escaped(entry.kind)}</td></tr>'
        for entry in entries
    )
    return f"<div><p>{escaped(title)}</p><table>{rows}</table></div>"


def _columns(*parts: str) -> str:
    return f'<div class="columns">{"".join(parts)}</div>'


def _figure(drawn: str, caption: str) -> str:
    return f"<figure>{drawn}<figcaption>{escaped(caption)}</figcaption></figure>"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escaped(line)}</li>' for line in lines)}</ul>"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = ([escaped(str(value)) for value in row] for row in rows)
    return table([escaped(name) for name in header], cells)
