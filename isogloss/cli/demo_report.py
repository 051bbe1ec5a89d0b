"""The demonstration on stdout: in colour on a terminal, as plain text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from isogloss.demonstration.graph_queries import QueriedGraph, QueryResult
    from isogloss.demonstration.lexicons import Answer
    from isogloss.demonstration.new_language import NewLanguage
    from isogloss.demonstration.run import Cost, Lexicons, Part, SampleSize
    from isogloss.kg.results import Path

LANGUAGES = {"en": "English", "fi": "Finnish", "fr": "French", "ja": "Japanese", "sw": "Swahili"}


class Report:
    """Prints the parts of a demonstration on stdout, one after the other."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False)

    def show(self, part: Part) -> None:
        """Print the results of one part."""
        from isogloss.demonstration.run import NAMES

        getattr(self, f"_{NAMES[type(part)]}")(part)

    def _sample(self, part: SampleSize) -> None:
        named = ", ".join(LANGUAGES[language] for language in part.languages)
        self._heading("isogloss on its bundled sample")
        self._say(
            f"{part.words:,} words each of {named}, with vectors; CLDR's names of",
            f"{part.concepts} things in {part.concept_languages} languages. {part.held_out} English words are held "
            "out: no lexicon",
            "has them among its seeds, and all are evaluated on them.",
        )

    def _lexicons(self, part: Lexicons) -> None:
        self._heading(
            "1  Build a lexicon: word vectors of two languages and a seed dictionary in, a larger dictionary out"
        )
        rows = [
            (
                f"{LANGUAGES[lexicon.source]}-{LANGUAGES[lexicon.target]}",
                f"{lexicon.seeds}",
                f"{lexicon.pairs:,}",
                f"{lexicon.score.precision_at_1:.1%}",
                f"{lexicon.score.precision_at_5:.1%}",
                f"{lexicon.score.words}",
                f"{lexicon.cpu_seconds:.1f}",
            )
            for lexicon in part.built
        ]
        self._table(("", "seed words", "pairs", "P@1", "P@5", "test words", "CPU s"), rows)
        self._say("P@1: share of the test words whose first translation is right.")
        for lexicon in part.built:
            self._answers(f"{lexicon.source} → {lexicon.target}, the most frequent test words:", lexicon.answers)

    def _graph(self, part: QueriedGraph) -> None:
        self._heading("2  Query the graph: translations with scores, paths, sources and licences")
        from_cldr = part.stats.edges - part.induced
        self._say(
            f"{part.stats.entries:,} words of {len(part.stats.languages)} languages; {from_cldr:,} translations by "
            f"CLDR's {part.stats.concepts} concepts, {part.induced:,} by the lexicons.",
            "",
        )
        for result in part.results:
            self._query_result(result)
        pivot = part.pivot
        self._say(
            "",
            f"{LANGUAGES[pivot.source]} to {LANGUAGES[pivot.target]} through {LANGUAGES[pivot.via]}, by the lexicons "
            f"alone: P@1 {pivot.precision:.1%} on held-out words",
            f"({pivot.right} of {pivot.words}; {pivot.words - pivot.answered} have no translation and count as wrong).",
        )

    def _new_language(self, part: NewLanguage) -> None:
        name = LANGUAGES[part.language]
        trained_on = ", ".join(LANGUAGES[language] for language in part.trained_on)
        seeds = ", ".join(f"{word} {translation}" for word, translation in part.seeds)
        mean, low, high = (100 * value for value in part.difference)
        self._heading(f"3  A new language from {len(part.seeds)} words: {name}, which the model has never seen")
        self._say(
            f"The model learned from {trained_on} of the sample (isogloss meta train --hold-out {part.language}).",
            f"All that is known of {name}: {seeds}.",
            f"P@1 on {part.words} other English words, from the same {len(part.seeds)}:",
        )
        refused = "  there is no lexicon: self-learning is near chance level" if part.refused else ""
        self._table(
            ("P@1", "CPU s", ""),
            [
                (f"{part.precision[name]:6.1%}", f"{part.cpu_seconds[name]:.1f}", f"{name} the model{more}")
                for name, more in (("without", refused), ("with", f"  {mean:+.1f} [{low:+.1f}, {high:+.1f}]"))
            ],
            left=(2,),
        )
        self._answers(f"{part.source} → {part.language}, the most frequent test words:", part.answers)

    def _cost(self, part: Cost) -> None:
        self._say("", f"Total time: {part.wall_seconds:.0f} s, {part.cpu_seconds:.0f} CPU s.")

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold"), soft_wrap=True)

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._console.print(Text(f"   {line}".rstrip()), soft_wrap=True)

    def _answers(self, title: str, answers: Sequence[Answer]) -> None:
        self._say(title)
        line = Text("     ")
        for answer in answers:
            mark, style = ("✓", "green") if answer.right else ("✗", "red")
            line.append(f" {answer.word} ")
            line.append(f"{answer.translation} {mark}", style)
            line.append(f" {answer.probability:.2f} ", "dim")
        self._console.print(line, soft_wrap=True)

    def _query_result(self, result: QueryResult) -> None:
        query = result.query
        title = Text(f"   {query.word}", "bold")
        title.append(f" ({LANGUAGES[query.source]}) in {LANGUAGES[query.target]}", "not bold")
        title.append(f"   {query.point}", "dim not bold")
        self._console.print(title, soft_wrap=True)
        if not result.translations:
            self._say("   no translation")
        for translation in result.translations:
            self._console.print(Text(f"      {translation.word}  {translation.score:.2f}", "green"), soft_wrap=True)
            for path in translation.evidence[:2]:
                self._console.print(Text(f"         {_route(path)}", "dim"), soft_wrap=True)

    def _table(self, header: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0,)) -> None:
        lines = [header, *rows]
        widths = [max(cell_len(line[column]) for line in lines) for column in range(len(header))]
        for number, line in enumerate(lines):
            cells = [_padded(cell, widths[column], column in left) for column, cell in enumerate(line)]
            text = Text(("   " + "  ".join(cells)).rstrip(), "" if number else "dim")
            self._console.print(text, soft_wrap=True)


def _padded(text: str, width: int, left: bool) -> str:
    gap = " " * (width - cell_len(text))
    return text + gap if left else gap + text


def _route(path: Path) -> str:
    """Every word of a path with the sources and weights of its steps, then score and licence of the path."""
    parts = [str(path.steps[0].start)]
    for step in path.steps:
        claims = "; ".join(f"{claim.source.name} {claim.weight:.2f}" for claim in step.claims)
        parts.append(f"→[{claims}] {step.end}")
    return f"{' '.join(parts)}   {path.score:.2f}   {_flat(path.licence) or 'licence unknown'}"


def _flat(licence: str) -> str:
    """An expression of nothing but AND without its brackets, each licence once."""
    if " OR " in licence:
        return licence
    parts = licence.replace("(", "").replace(")", "").split(" AND ")
    return " AND ".join(sorted(set(parts)))
