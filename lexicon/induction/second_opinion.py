"""Whether an encoder is asked at all, and why it is not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.separation import MIN_Z
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.alignment.validation import separation


def agreement_with_seeds(space: Space, seeds: Dictionary | None) -> float:
    """By how many standard deviations an encoder tells the seeds from random pairs; it need not be fitted to them."""
    assert space.encoded is not None
    if seeds is None:
        return float("inf")  # nothing speaks against it yet
    pairs = Seeds.of(seeds, space.source, space.target)
    return separation(space.encoded.source.vectors, space.encoded.target.vectors, pairs)


def reason_against(space: Space, seeds: Dictionary | None, *, reranked: bool) -> str | None:
    """Why an encoder cannot help; ``None`` where held-out words have to decide.

    Args:
        space: With what it says of the words.
        seeds: The known translations.
        reranked: Whether the method reranks candidates.
    """
    if not reranked:
        return "the method does not rerank candidates"
    z_score = agreement_with_seeds(space, seeds)
    if z_score < MIN_Z:
        return f"it tells seed pairs from other pairs no better than chance (z = {z_score:.1f})"
    return None


def unused(encoder: Mapping[str, Any] | None) -> list[str]:
    """Why an encoder is not used, if it is not."""
    if encoder is None or encoder["helps"]:
        return []
    reason = encoder.get("reason", f"no clearly higher likelihood on {encoder.get('words', 0)} held-out words")
    if "with" in encoder:
        reason += f" (P@1 {encoder['with']:.3f} with it, {encoder['without']:.3f} without)"
    return [f"{encoder['name']}: the encoder is not used: {reason}"]
