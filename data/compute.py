"""How a computation runs, apart from what it computes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from isogloss.data.progress import Progress, silent


@dataclass(frozen=True)
class Compute:
    """``seed`` makes all random choices repeat, ``device`` is the torch device, ``progress`` watches the long loops."""

    seed: int = 0
    device: str = "cpu"
    progress: Progress = silent

    @property
    def quiet(self) -> Compute:
        """The same, watched by nobody: for loops inside a loop that is watched."""
        return replace(self, progress=silent)


DEFAULT = Compute()
