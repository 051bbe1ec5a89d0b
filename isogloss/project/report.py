"""The page about a project, ``report.html``: what there is, how sure it is, what failed, what it took.

It is one file without scripts, in the colours that the reader's system asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from isogloss.data.html_page import document, section, table
from isogloss.data.language import language_name
from isogloss.data.storage import replacing
from isogloss.data.words import escaped
from isogloss.project.file import ProjectFile
from isogloss.project.order import LEXICON
from isogloss.project.results import Results, StepStatus

REPORT = "report.html"
KINDS = {
    "vectors": "fetch vectors",
    "dictionary": "fetch dictionary",
    "dictionaries": "graph of the dictionaries",
    "seeds": "seeds from other dictionaries",
    "lexicon": "lexicon",
    "model": "meta-training",
    "ranker": "meta-training of a ranker",
    "evaluation": "evaluation",
    "loaded": "graph with the lexicons",
    "inferred": "inference",
    "graph": "graph",
}


def write_report(file: ProjectFile, results: Results, standings: Mapping[str, StepStatus]) -> Path:
    """Write the page, where it says anything new; returns where it is."""
    path, content = results.folder / REPORT, page(file, results, standings).encode()
    if not (path.is_file() and path.read_bytes() == content):
        with replacing(path) as part:
            part.write_bytes(content)
    return path


def page(file: ProjectFile, results: Results, standings: Mapping[str, StepStatus]) -> str:
    """The page as HTML."""
    title = f"{file.path.parent.name}: {', '.join(map(language_name, file.project.languages))}"
    sections = (
        _summary(standings),
        _failed(standings),
        _lexicons(results, standings),
        _inferred(standings),
        _coverage(standings, list(file.project.languages)),
        _model(standings),
        _steps(standings),
    )
    return document(title, "".join(sections))


def _summary(standings: Mapping[str, StepStatus]) -> str:
    states = Counter(standing.state for standing in standings.values())
    completed, failed = states["done"], states["failed"]
    waiting = len(standings) - completed - failed
    text = f"{completed} of {len(standings)} steps are done, {failed} failed, {waiting} are still to be made."
    if completed == len(standings):
        text = f"All {completed} steps are done."
    graph = _figures(standings, "graph")
    if graph:
        text += (
            f" The graph has {graph['words']:,} words of {len(graph['languages'])} languages and {graph['edges']:,} "
            f"translations, in {graph['concepts']:,} concepts."
        )
    return f"<p>{escaped(text)}</p>\n"


def _failed(standings: Mapping[str, StepStatus]) -> str:
    rows = [
        (
            escaped(standing.step.name),
            f'<pre class="bad">{escaped(standing.why)}</pre>' if standing.state == "failed" else escaped(standing.why),
        )
        for standing in standings.values()
        if standing.state in ("failed", "blocked")
    ]
    return section("What failed", table(("step", "why"), rows)) if rows else ""


def _lexicons(results: Results, standings: Mapping[str, StepStatus]) -> str:
    """Each lexicon: pairs, coverage, expected and measured precision."""
    rows = []
    for standing in _done(standings, "lexicon"):
        figures, name = _about(standing), standing.step.subject
        tested = _figures(standings, f"evaluation:{name}")
        folder = results.place(standing.step, standing.key).relative_to(results.folder)
        rows.append(
            (
                f'<a href="{escaped(str(folder / LEXICON))}/report.html">{escaped(name)}</a>',
                f"{figures['pairs']:,}",
                _percent(figures["covered"] / max(figures["source_words"], 1)),
                _percent(figures["expected_precision"]),
                _percent(figures["precision_at_1"]),
                _percent(tested.get("precision_at_1")) + (f" of {tested['words']:,}" if tested else ""),
                f"{figures['seed_words']:,}",
                escaped("; ".join([figures["seeds"], *figures["warnings"]])),
            )
        )
    head = (
        "lexicon",
        "pairs",
        "words covered",
        "expected precision",
        "P@1, held-out seeds",
        "P@1, test dictionary",
        "seed words",
        "from",
    )
    return section("Lexicons", table(head, rows, numbers=range(1, 7))) if rows else ""


def _inferred(standings: Mapping[str, StepStatus]) -> str:
    rows = [
        (
            escaped(standing.step.subject),
            f"{_about(standing)['pairs']:,}",
            f"{_about(standing)['candidates']:,}",
            _percent(_about(standing).get("expected_precision")),
            escaped(_about(standing)["how"]),
        )
        for standing in _done(standings, "inferred")
    ]
    head = ("languages", "inferred", "candidates", "mean score", "")
    return section("Inferred translations", table(head, rows, numbers=range(1, 4))) if rows else ""


def _coverage(standings: Mapping[str, StepStatus], languages: Sequence[str]) -> str:
    """How many translations the graph has between any two of ``languages``; dictionaries may bring others."""
    figures = _figures(standings, "graph")
    if not figures:
        return ""
    codes = [code for code in languages if code in figures["languages"]]
    counts = {frozenset(pair[:2]): pair[2] for pair in figures["pairs"]}
    rows = [
        (
            escaped(f"{language_name(row)} ({row})"),
            f"{figures['languages'][row]:,}",
            *(
                f"{counts[frozenset((row, column))]:,}" if frozenset((row, column)) in counts else ""
                for column in codes
            ),
        )
        for row in codes
    ]
    counted = table(("", "words", *map(escaped, codes)), rows, numbers=range(1, len(codes) + 2))
    further = len(figures["languages"]) - len(codes)
    more = f"<p>The dictionaries brought words of {further:,} more languages.</p>\n" if further else ""
    return section("Translations in the graph", counted + more)


def _model(standings: Mapping[str, StepStatus]) -> str:
    figures = _figures(standings, "model")
    if not figures:
        return ""
    held_out = ", ".join(figures["held_out"]) or "none"
    text = f"Meta-trained on {', '.join(figures['languages'])}; held out: {held_out}."
    return section("Model for languages with few seeds", f"<p>{escaped(text)}</p>\n")


def _steps(standings: Mapping[str, StepStatus]) -> str:
    """Every step with its time."""
    rows: list[Sequence[str]] = []
    for one in standings.values():
        cost = one.about
        times = (f"{cost.seconds:,.1f}", f"{cost.cpu_seconds:,.1f}", f"{cost.memory_mb:,.0f}") if cost else ("", "", "")
        state = '<span class="bad">failed</span>' if one.state == "failed" else one.state
        name = f'{KINDS[one.step.kind]} <span class="whole">{escaped(one.step.subject)}</span>'
        rows.append((name, state, *times))
    made = [one.about for one in standings.values() if one.about is not None]
    total = f"{sum(one.seconds for one in made):,.1f}", f"{sum(one.cpu_seconds for one in made):,.1f}"
    rows.append(("all that is done", "", *total, ""))
    head = ("step", "state", "seconds", "CPU seconds", "peak MB")
    return section("Steps", table(head, rows, numbers=range(2, 5)))


def _done(standings: Mapping[str, StepStatus], kind: str) -> list[StepStatus]:
    return [standing for standing in standings.values() if standing.step.kind == kind and standing.state == "done"]


def _about(standing: StepStatus) -> Mapping[str, Any]:
    assert standing.about is not None  # it is done
    return standing.about.figures


def _figures(standings: Mapping[str, StepStatus], name: str) -> Mapping[str, Any]:
    """The figures of a step; none where it is not done."""
    standing = standings.get(name)
    return standing.about.figures if standing is not None and standing.about is not None else {}


def _percent(share: float | None) -> str:
    return "" if share is None or share != share else f"{share:.1%}"
