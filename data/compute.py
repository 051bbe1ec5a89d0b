"""How a computation runs, apart from what it computes."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isogloss.data.errors import VocabularyError
from isogloss.data.progress import Progress, silent

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray


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
LONGEST_REASON = 80  # characters of what torch says, which may list all its devices; round number


def check_device(name: str) -> None:
    """Refuse a torch device that does not exist or cannot be used here.

    Raises:
        VocabularyError: ``name`` is such a device.
    """
    if name == "cpu":
        return
    import torch

    try:
        torch.ones(1, device=name).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")[:LONGEST_REASON]
        raise VocabularyError(f"device {name!r} cannot be used here ({reason}); use --device cpu") from error


def peak_memory() -> float:
    """The most memory this process has held so far, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)


ALIGNMENT = 64  # bytes, as torch aligns its own memory
MAPPED = 32 << 20  # bytes from which the C library maps each block by itself, so that all begin alike (glibc's maximum)


def as_tensor(array: NDArray[Any]) -> torch.Tensor:
    """The values of an array as a tensor on the CPU, without a copy where it can be; not to be written to.

    MKL adds up in an order that depends on where an array begins in memory, which chance decides: a small array is
    copied to where torch puts its own, so that the same values give the same result to the last bit.
    """
    import torch

    tensor = torch.from_numpy(array)  # noqa: TID251
    return tensor if array.nbytes >= MAPPED or array.ctypes.data % ALIGNMENT == 0 else tensor.clone()
