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


def write_report(file: ProjectFile, results: Results, statuses: Mapping[str, StepStatus]) -> Path:
    """Write the page, where it says anything new; returns where it is."""
    path, content = results.folder / REPORT, page(file, results, statuses).encode()
    if not (path.is_file() and path.read_bytes() == content):
        with replacing(path) as part:
            part.write_bytes(content)
    return path


def page(file: ProjectFile, results: Results, statuses: Mapping[str, StepStatus]) -> str:
    """The page as HTML."""
    title = f"{file.path.parent.name}: {', '.join(map(language_name, file.project.languages))}"
    sections = (
        _summary(statuses),
        _failed(statuses),
        _lexicons(results, statuses),
        _inferred(statuses),
        _coverage(statuses, list(file.project.languages)),
        _model(statuses),
        _steps(statuses),
    )
    return document(title, "".join(sections))


def _summary(statuses: Mapping[str, StepStatus]) -> str:
    states = Counter(status.state for status in statuses.values())
    completed, failed = states["done"], states["failed"]
    waiting = len(statuses) - completed - failed
    text = f"{completed} of {len(statuses)} steps are done, {failed} failed, {waiting} are still to be made."
    if completed == len(statuses):
        text = f"All {completed} steps are done."
    graph = _figures(statuses, "graph")
    if graph:
        text += (
            f" The graph has {graph['words']:,} words of {len(graph['languages'])} languages and {graph['edges']:,} "
            f"translations, in {graph['concepts']:,} concepts."
        )
    return f"<p>{escaped(text)}</p>\n"


def _failed(statuses: Mapping[str, StepStatus]) -> str:
    rows = [
        (
            escaped(status.step.name),
            f'<pre class="bad">{escaped(status.why)}</pre>' if status.state == "failed" else escaped(status.why),
        )
        for status in statuses.values()
        if status.state in ("failed", "blocked")
    ]
    return section("What failed", table(("step", "why"), rows)) if rows else ""


def _lexicons(results: Results, statuses: Mapping[str, StepStatus]) -> str:
    """Each lexicon: pairs, coverage, expected and measured precision."""
    rows = []
    for status in _done(statuses, "lexicon"):
        figures, name = _about(status), status.step.subject
        tested = _figures(statuses, f"evaluation:{name}")
        folder = results.place(status.step, status.key).relative_to(results.folder)
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


def _inferred(statuses: Mapping[str, StepStatus]) -> str:
    rows = [
        (
            escaped(status.step.subject),
            f"{_about(status)['pairs']:,}",
            f"{_about(status)['candidates']:,}",
            _percent(_about(status).get("expected_precision")),
            escaped(_about(status)["how"]),
        )
        for status in _done(statuses, "inferred")
    ]
    head = ("languages", "inferred", "candidates", "mean score", "")
    return section("Inferred translations", table(head, rows, numbers=range(1, 4))) if rows else ""


def _coverage(statuses: Mapping[str, StepStatus], languages: Sequence[str]) -> str:
    """How many translations the graph has between any two of ``languages``; dictionaries may bring others."""
    figures = _figures(statuses, "graph")
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


def _model(statuses: Mapping[str, StepStatus]) -> str:
    figures = _figures(statuses, "model")
    if not figures:
        return ""
    held_out = ", ".join(figures["held_out"]) or "none"
    text = f"Meta-trained on {', '.join(figures['languages'])}; held out: {held_out}."
    return section("Model for languages with few seeds", f"<p>{escaped(text)}</p>\n")


def _steps(statuses: Mapping[str, StepStatus]) -> str:
    """Every step with its time."""
    rows: list[Sequence[str]] = []
    for status in statuses.values():
        cost = status.about
        times = (f"{cost.seconds:,.1f}", f"{cost.cpu_seconds:,.1f}", f"{cost.memory_mb:,.0f}") if cost else ("", "", "")
        state = '<span class="bad">failed</span>' if status.state == "failed" else status.state
        name = f'{KINDS[status.step.kind]} <span class="whole">{escaped(status.step.subject)}</span>'
        rows.append((name, state, *times))
    made = [status.about for status in statuses.values() if status.about is not None]
    total = f"{sum(status.seconds for status in made):,.1f}", f"{sum(status.cpu_seconds for status in made):,.1f}"
    rows.append(("all that is done", "", *total, ""))
    head = ("step", "state", "seconds", "CPU seconds", "peak MB")
    return section("Steps", table(head, rows, numbers=range(2, 5)))


def _done(statuses: Mapping[str, StepStatus], kind: str) -> list[StepStatus]:
    return [status for status in statuses.values() if status.step.kind == kind and status.state == "done"]


def _about(status: StepStatus) -> Mapping[str, Any]:
    assert status.about is not None  # it is done
    return status.about.figures


def _figures(statuses: Mapping[str, StepStatus], name: str) -> Mapping[str, Any]:
    """The figures of a step; none where it is not done."""
    status = statuses.get(name)
    return status.about.figures if status is not None and status.about is not None else {}


def _percent(share: float | None) -> str:
    return "" if share is None or share != share else f"{share:.1%}"
