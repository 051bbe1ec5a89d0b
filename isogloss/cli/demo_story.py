"""How the demonstration is told: in colour on a terminal, as plain text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from isogloss.demonstration.newcomer import Newcomer
    from isogloss.demonstration.pairs import Answer
    from isogloss.demonstration.questions import Asked, Consulted
    from isogloss.demonstration.run import Cost, Lexicons, Material, Part
    from isogloss.kg.results import Path

NAMES = {"en": "English", "fi": "Finnish", "fr": "French", "ja": "Japanese", "sw": "Swahili"}


class Story:
    """Tells the parts of a demonstration on stdout, one after the other."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False)

    def tell(self, part: Part) -> None:
        """Print what came of one part."""
        getattr(self, f"_{type(part).__name__.lower()}")(part)

    def _material(self, part: Material) -> None:
        named = ", ".join(NAMES[language] for language in part.languages)
        self._heading("isogloss on its bundled sample")
        self._say(
            f"{part.words:,} words each of {named}, with vectors; CLDR's names of",
            f"{part.concepts} things in {part.concept_languages} languages. {part.kept_back} English words are "
            "kept back: no lexicon sees",
            "their translations, and all are judged by them.",
        )

    def _lexicons(self, part: Lexicons) -> None:
        self._heading("1  Build a lexicon for two languages: vectors and some known words in, a dictionary out")
        rows = [
            (
                f"{NAMES[each.source]}-{NAMES[each.target]}",
                f"{each.seeds}",
                f"{each.pairs:,}",
                f"{each.score.precision_at_1:.1%}",
                f"{each.score.precision_at_5:.1%}",
                f"{each.score.words}",
                f"{each.cpu_seconds:.1f}",
            )
            for each in part.built
        ]
        self._table(("", "seed words", "pairs found", "P@1", "P@5", "words asked", "CPU s"), rows)
        self._say("P@1: how many of the words asked got a right translation in the first place.")
        for each in part.built:
            self._answers(f"{each.source} → {each.target}, the most frequent words asked:", each.answers)

    def _consulted(self, part: Consulted) -> None:
        self._heading("2  Ask the graph: what a word means, how sure that is, and who says so")
        named = part.stats.edges - part.induced
        self._say(
            f"{part.stats.entries:,} words of {len(part.stats.languages)} languages; {named:,} translations by "
            f"CLDR's {part.stats.concepts} concepts, {part.induced:,} by the lexicons.",
            "",
        )
        for asked in part.asked:
            self._asked(asked)
        each = part.pivoted
        self._say(
            "",
            f"{NAMES[each.source]} to {NAMES[each.target]} through {NAMES[each.via]}, by the lexicons alone: "
            f"{each.right} of {each.words} words kept back are right at the",
            f"first try ({each.precision:.1%}); {each.words - each.answered} got no answer and count as wrong.",
        )

    def _newcomer(self, part: Newcomer) -> None:
        from isogloss.demonstration.newcomer import METHODS

        name = NAMES[part.language]
        self._heading(f"3  A new language from {part.seeds} words: {name}, which training never saw")
        seen = ", ".join(NAMES[language] for language in part.trained_on)
        self._say(
            f"Meta-trained on {part.tasks} tasks of the graph ({seen}), {part.steps} steps, "
            f"{part.training_seconds:.0f} CPU s; then adapted.",
            f"P@1 on {part.words} English words that were no seeds, every method from the same {part.seeds} pairs:",
        )
        rows = [
            (f"{value:6.1%}", _lead(part, name), METHODS[name])
            for name, value in sorted(part.precision.items(), key=lambda item: item[1])
        ]
        self._table(("P@1", "adapted is", "method"), rows, left=(1, 2))
        self._say(_verdict(part))
        self._answers(f"{part.source} → {part.language}, the most frequent words asked:", part.answers)

    def _cost(self, part: Cost) -> None:
        self._say("", f"All of it took {part.wall_seconds:.0f} s, {part.cpu_seconds:.0f} CPU s.")

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold"), soft_wrap=True)

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._console.print(Text(f"   {line}".rstrip()), soft_wrap=True)

    def _answers(self, title: str, answers: Sequence[Answer]) -> None:
        self._say(title)
        line = Text("     ")
        for each in answers:
            mark, style = ("✓", "green") if each.right else ("✗", "red")
            line.append(f" {each.word} ")
            line.append(f"{each.translation} {mark}", style)
            line.append(f" {each.probability:.2f} ", "dim")
        self._console.print(line, soft_wrap=True)

    def _asked(self, asked: Asked) -> None:
        question = asked.question
        title = Text(f"   {question.word}", "bold")
        title.append(f" ({NAMES[question.source]}) in {NAMES[question.target]}", "not bold")
        title.append(f"   {question.point}", "dim not bold")
        self._console.print(title, soft_wrap=True)
        if not asked.found:
            self._say("   no answer")
        for each in asked.found:
            self._console.print(Text(f"      {each.word}  {each.score:.2f}", "green"), soft_wrap=True)
            for path in each.evidence[:2]:
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
    """Every word on the way with who says so and how surely, then the score and the licence of the whole."""
    parts = [str(path.steps[0].start)]
    for step in path.steps:
        said = "; ".join(f"{claim.source.name} {claim.weight:.2f}" for claim in step.claims)
        parts.append(f"→[{said}] {step.end}")
    return f"{' '.join(parts)}   {path.score:.2f}   {_flat(path.licence) or 'licence unknown'}"


def _flat(licence: str) -> str:
    """An expression of nothing but AND without its brackets, each licence once."""
    if " OR " in licence:
        return licence
    parts = licence.replace("(", "").replace(")", "").split(" AND ")
    return " AND ".join(sorted(set(parts)))


def _lead(part: Newcomer, method: str) -> str:
    """How far the adapted model is above a method, in points of P@1, with the interval of 95 %."""
    if method not in part.lead:
        return ""
    mean, low, high = (100 * value for value in part.lead[method])
    where = "ahead" if low > 0 else "behind" if high < 0 else "level"
    return f"{where} {mean:+.1f} [{low:+.1f}, {high:+.1f}]"


def _verdict(part: Newcomer) -> str:
    """Whether adaptation was worth it, against the strongest of the others."""
    from isogloss.demonstration.newcomer import METHODS

    best = max(part.lead, key=lambda name: part.precision[name])
    lead = part.lead[best]
    if lead.low > 0:
        return "The adapted meta-trained ranker beats every other method here."
    if lead.high < 0:
        return f"It did not pay here: {METHODS[best]} does better than {METHODS['adapted']}."
    return f"No clear winner: [{METHODS['adapted']}] and [{METHODS[best]}] are too close to tell apart."
