"""What a build of a lexicon prints at its end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isogloss.cli.console import note, print_json, warn

if TYPE_CHECKING:
    from isogloss.lexicons import Lexicon


def report_build(built: Lexicon, out: Path, json: bool) -> None:
    """Print what a build wrote and how good it is expected to be."""
    warn(built.report["warnings"])
    if json:
        print_json(built.report)
        return
    note(
        f"{out}: {built.report['pairs']:,} pairs by {built.method} from {built.report['seeds']['words_used']:,} seed "
        f"words, {built.report['expected_right']:,} of them expected to be right; "
        f"P@1 {built.precision:.1%} on held-out words"
    )
    note(_expected(built.report))
    if built.teachers:
        note(f"ranker: {built.report['ranker']}; pre-trained parts were trained on {', '.join(built.teachers)}")
    missed = dict(built.report["left_out"])
    if rejected := missed.pop("rejected", 0):
        note(f"pairs left out because users reject them: {rejected:,}")
    if missed:
        counted = ", ".join(f"{count:,} {kind}" for kind, count in missed.items())
        note(f"pairs left out by their kind: {counted}; --leave-out none keeps them")
    if (graph_evidence := built.report["graph_evidence"]) and graph_evidence["helps"]:
        note(
            f"{graph_evidence['name']}: {graph_evidence['pairs']:,} pairs of known words; P@1 on seed words "
            f"{graph_evidence['without']:.1%} without them, {graph_evidence['with']:.1%} with them"
        )
    if (encoder := built.report["encoder"]) and encoder["helps"]:
        note(
            f"{encoder['name']}: used; P@1 on {encoder['words']:,} held-out words "
            f"{encoder['without']:.1%} without it, {encoder['with']:.1%} with it"
        )
    if agreement := built.report["agreement_with_exact"]:
        note(
            f"approximate search, on {agreement['words']:,} words: {agreement['first']:.2%} of the first translations "
            f"and {agreement['mutual']:.2%} of the mutual pairs agree with exact search"
        )


def _expected(report: Mapping[str, Any]) -> str:
    """Expected precision and recall of the pairs that were written, and the pairs and precision of other goals."""
    written = report["expected"][0]
    sentence = f"expected precision {written['precision']:.0%}, expected recall {written['recall']:.0%}"
    if not report["pairs"]:
        sentence = "no pair is probable enough to be written; add seeds, or use vectors from similar texts"
    alternatives = [
        f"--for {goal} {outcome['pairs']:,} pairs ({outcome['precision']:.0%})"
        for goal, outcome in report["goals"].items()
        if outcome["pairs"] and outcome["pairs"] != report["pairs"]
    ]
    return f"{sentence}; other goals: {', '.join(alternatives)}" if alternatives else sentence
