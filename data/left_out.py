"""What a reader leaves out: counts by reason, with the first few of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

EXAMPLES = 3  # that are kept for each reason; a round number
MAX_EXAMPLE = 120  # characters that are kept of one; a round number

NOT_UTF8 = "not UTF-8"

# Reasons for which nothing is lost: there was no translation, or it is there.
EXPLANATION, OTHER = "explanation, not a translation", "example, note or reference, not a translation"
REPEATED = "repeated pair"
ONE_LANGUAGE = "named in one language only"
LOSSLESS = frozenset((EXPLANATION, OTHER, REPEATED, ONE_LANGUAGE))


class LeftOut(Counter[str]):
    """Counts by reason; ``examples`` has the first few of each reason."""

    def __init__(self) -> None:
        super().__init__()
        self.examples: dict[str, tuple[str, ...]] = {}

    def note(self, reason: str, example: str = "") -> None:
        """Count one more."""
        self[reason] += 1
        if example and len(shown := self.examples.get(reason, ())) < EXAMPLES:
            self.examples[reason] = (*shown, example[:MAX_EXAMPLE])

    def include(self, counts: Mapping[str, int], examples: Mapping[str, tuple[str, ...]]) -> None:
        """Count what others have left out."""
        self.update(counts)
        for reason, shown in examples.items():
            self.examples[reason] = (*self.examples.get(reason, ()), *shown)[:EXAMPLES]


def all_reasons(counts: Mapping[str, int], nothing: str) -> str:
    """Why nothing was kept: every reason with its count, or ``nothing`` where nothing was left out either."""
    return ", ".join(f"{count:,} × {reason}" for reason, count in counts.items()) or nothing


def lost(counts: Mapping[str, int]) -> int:
    """How many are lost: not those without a translation, and no repeated ones."""
    return sum(count for reason, count in counts.items() if reason not in LOSSLESS)


def reasons_text(counts: Mapping[str, int], examples: Mapping[str, tuple[str, ...]]) -> str:
    """What was lost, most frequent reason first, with examples."""
    reasons = []
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        if reason not in LOSSLESS:
            shown = ", ".join(repr(example) for example in examples.get(reason, ()))
            reasons.append(f"{count:,} × {reason}" + (f", such as {shown}" if shown else ""))
    return "; ".join(reasons)
