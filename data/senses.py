"""The senses that a source notes beside a translation: ``sense``, and ``also`` where it has the same one in several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SENSE, ALSO = "sense", "also"


def senses(evidence: Mapping[str, Any] | None) -> list[str]:
    """All senses that some evidence notes, the first one first."""
    if not evidence:
        return []
    more = evidence.get(ALSO)
    glosses = [evidence.get(SENSE), *(more if isinstance(more, list) else ())]
    return [sense for sense in dict.fromkeys(glosses) if isinstance(sense, str) and sense]


def with_senses(evidence: Mapping[str, Any] | None, others: Iterable[str]) -> Mapping[str, Any] | None:
    """Evidence that notes further senses, too."""
    earlier = senses(evidence)
    new = [sense for sense in dict.fromkeys(others) if sense and sense not in earlier]
    if not new:
        return evidence
    first, *more = [*earlier, *new]
    return {**(evidence or {}), SENSE: first, **({ALSO: more} if more else {})}
