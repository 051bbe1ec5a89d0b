"""Task samplers of the outer loop: uniform, by affinity to the main tasks, or a bandit on learning progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from isogloss.meta.learners.learner import Episode

SamplerName = Literal["uniform", "affinity", "bandit"]

LOGITS, LAST, SCALE = "bandit logits", "bandit last", "bandit scale"

Memo = dict[str, Tensor]  # what a sampler or a weighting remembers from step to step


class Sampler(Protocol):
    """Draws the episodes of a step; what it remembers is part of the run's state."""

    def initial(self) -> Memo:
        """Nothing learned yet."""
        ...

    def draw(self, pool: Sequence[int], count: int, memo: Memo, generator: torch.Generator) -> list[int]:
        """``count`` numbers of episodes from ``pool``, with replacement."""
        ...

    def learned(self, drawn: Sequence[int], losses: Sequence[float], memo: Memo) -> Memo:
        """What is remembered after a step with these query losses."""
        ...


@dataclass(frozen=True)
class Uniform:
    """Every episode with the same probability."""

    def initial(self) -> Memo:
        """Nothing to remember."""
        return {}

    def draw(self, pool: Sequence[int], count: int, memo: Memo, generator: torch.Generator) -> list[int]:  # noqa: ARG002
        """``count`` of ``pool``."""
        return [pool[place] for place in torch.randint(len(pool), (count,), generator=generator).tolist()]

    def learned(self, drawn: Sequence[int], losses: Sequence[float], memo: Memo) -> Memo:  # noqa: ARG002
        """Nothing new."""
        return memo


@dataclass(frozen=True, eq=False)
class ByAffinity:
    """Episodes in proportion to ``shares``, shape ``(episodes,)``: how much they resemble what the model is for."""

    shares: Tensor

    def initial(self) -> Memo:
        """Nothing to remember."""
        return {}

    def draw(self, pool: Sequence[int], count: int, memo: Memo, generator: torch.Generator) -> list[int]:  # noqa: ARG002
        """``count`` of ``pool``."""
        places = torch.multinomial(self.shares[list(pool)], count, replacement=True, generator=generator)
        return [pool[place] for place in places.tolist()]

    def learned(self, drawn: Sequence[int], losses: Sequence[float], memo: Memo) -> Memo:  # noqa: ARG002
        """Nothing new."""
        return memo


@dataclass(frozen=True)
class Bandit:
    """Exp3.S over kinds of tasks, rewarded by learning progress (Auer et al., 2002; Graves et al., 2017).

    ``arms`` has the arm of each episode: its family and languages. Progress is the fall of an arm's loss since it was
    last drawn, in units of a running mean of such changes, between -1 and 1. A share ``explore`` of the draws is
    uniform over arms.
    """

    arms: tuple[int, ...]
    rate: float = 0.1  # round numbers, not tuned; the sampler as such is level in docs/meta-training.md
    explore: float = 0.2
    forget: float = 0.01

    def initial(self) -> Memo:
        """All arms alike; no loss seen."""
        count = max(self.arms) + 1
        return {LOGITS: torch.zeros(count), LAST: torch.full((count,), torch.nan), SCALE: torch.ones(())}

    def probabilities(self, memo: Memo, arms: Sequence[int]) -> Tensor:
        """The probability of each of ``arms``; they sum to 1."""
        return (1 - self.explore) * torch.softmax(memo[LOGITS][list(arms)], dim=0) + self.explore / len(arms)

    def draw(self, pool: Sequence[int], count: int, memo: Memo, generator: torch.Generator) -> list[int]:
        """``count`` of ``pool``: an arm by its probability, then any of its episodes."""
        arms = sorted({self.arms[number] for number in pool})
        chosen = torch.multinomial(self.probabilities(memo, arms), count, replacement=True, generator=generator)
        episodes = []
        for place in chosen.tolist():
            members = [number for number in pool if self.arms[number] == arms[place]]
            episodes.append(members[int(torch.randint(len(members), (), generator=generator))])
        return episodes

    def learned(self, drawn: Sequence[int], losses: Sequence[float], memo: Memo) -> Memo:
        """Probabilities move towards the arms whose losses fall."""
        logits, last, scale = memo[LOGITS].clone(), memo[LAST].clone(), memo[SCALE]
        probabilities = self.probabilities(memo, range(len(logits)))
        for number, loss in zip(drawn, losses, strict=True):
            arm = self.arms[number]
            if not torch.isnan(last[arm]):
                progress = last[arm] - loss
                scale = 0.95 * scale + 0.05 * progress.abs()
                logits[arm] += self.rate * (progress / scale.clamp_min(1e-8)).clamp(-1, 1) / probabilities[arm]
            last[arm] = loss
        logits = logits - logits.mean()
        return {**memo, LOGITS: ((1 - self.forget) * logits).clamp(-5, 5), LAST: last, SCALE: scale}


def arms_of(episodes: Sequence[Episode]) -> tuple[int, ...]:
    """The arm of each episode, numbered from 0: one for each family between two languages."""
    names = sorted({episode.kind for episode in episodes})
    return tuple(names.index(episode.kind) for episode in episodes)


def without_dropped(episodes: Sequence[Episode], chance: float, generator: torch.Generator) -> list[int]:
    """Numbers of the episodes left when each language is dropped with probability ``chance``; all, if none is left.

    Language dropout: a step cannot rely on any one language's being there.
    """
    pool = list(range(len(episodes)))
    if not chance:
        return pool
    languages = sorted({language for episode in episodes for language in episode.languages})
    draws = torch.rand(len(languages), generator=generator).tolist()
    dropped = {language for language, draw in zip(languages, draws, strict=True) if draw < chance}
    return [number for number in pool if not dropped & {*episodes[number].languages}] or pool
