"""Products in a precision that is faster than float32, and how far they can be from the true ones."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cache, partial

import torch
from torch import Tensor

from isogloss.lexicon.search.workers import workers

TIMED = 0.02  # seconds in which the products of a precision are timed, of which one may take longer; chosen by hand
PIECE = 8192  # rows converted at a time, so that memory is bounded; round number, not tuned
STEPS = 127  # of int8 on either side of zero: its range
DEVIATIONS = 6.0  # standard deviations of an int8 product's error: one in 10⁹ is larger (normal distribution)


class Rounding:
    """How vectors are rounded before they are multiplied.

    int8 needs numbers of about the same size everywhere, so the vectors are turned by one random rotation, which
    changes no product, and scaled. Its errors are then as good as random, and far smaller than they could be at worst.
    """

    def __init__(self, precision: torch.dtype, dimensions: int, device: torch.device) -> None:
        self.precision, self.dimensions = precision, dimensions
        self.products = torch.int32 if precision == torch.int8 else precision
        self._scale = 6 / math.sqrt(max(dimensions, 16)) / STEPS  # coordinates of a unit vector are hardly ever larger
        if precision == torch.int8:
            noise = torch.randn(dimensions, dimensions, generator=torch.Generator().manual_seed(0))
            self._rotation = torch.linalg.qr(noise).Q.to(device)

    @property
    def product_bytes(self) -> int:
        """Bytes of a product."""
        return self.products.itemsize

    def apply(self, x: Tensor) -> Tensor:
        """``x``, shape ``(n, d)``, rounded."""
        if self.precision == torch.float32:
            return x
        result = torch.empty(x.shape, dtype=self.precision, device=x.device)
        for start in range(0, len(x), PIECE):
            part = x[start : start + PIECE]
            if self.precision == torch.int8:
                part = (part @ self._rotation).div_(self._scale).round_().clamp_(-STEPS, STEPS)
            result[start : start + PIECE] = part
        return result

    def multiply(self, x: Tensor, y: Tensor, out: Tensor) -> None:
        """The products of two rounded matrices, into ``out``."""
        if self.precision == torch.int8:
            torch._int_mm(x, y, out=out)
        else:
            torch.mm(x, y, out=out)

    def cosines(self, products: Tensor) -> Tensor:
        """Products as cosines in float32."""
        return products.float().mul_(self._scale**2) if self.precision == torch.int8 else products.float()

    def raw(self, cosines: Tensor) -> Tensor:
        """Cosines on the scale of the products."""
        return cosines / self._scale**2 if self.precision == torch.int8 else cosines

    def lengths(self, x: Tensor) -> tuple[float, float]:
        """The greatest length of a row of ``x``, and of what rounding takes from it."""
        longest = rounded = 0.0
        for start in range(0, len(x), PIECE):
            part = x[start : start + PIECE]
            longest = max(longest, float(part.norm(dim=1).max()))
            if self.precision == torch.float32:
                continue
            low = self.apply(part).float()
            if self.precision == torch.int8:
                low = low.mul_(self._scale) @ self._rotation.T
            rounded = max(rounded, float((part - low).norm(dim=1).max()))
        return longest, rounded

    def margin(self, inputs: float, product: float) -> float:
        """How far a product may be from the true one.

        Args:
            inputs: What rounded inputs can do to it at worst.
            product: The largest there can be.
        """
        sums = product * (self.dimensions + 8) * 2**-23  # float32 adds up with rounding, too
        if self.precision == torch.int8:
            return DEVIATIONS * inputs / math.sqrt(self.dimensions) + sums
        last = float(torch.finfo(self.precision).eps) / 2  # of the product, as it is written down
        return inputs + sums + product * 1.01 * last


@cache
def fast_precision(device: str) -> torch.dtype:
    """bfloat16 where the device multiplies it clearly faster than float32, else float32."""
    wide, low = _seconds(device, torch.float32, torch.bfloat16)
    return torch.bfloat16 if low < 0.7 * wide else torch.float32


@cache
def fastest_precision(device: str) -> torch.dtype:
    """int8 where the device multiplies it faster still, else ``fast_precision``."""
    fast = fast_precision(device)
    if torch.device(device).type != "cpu":  # no kernel for all shapes
        return fast
    wide, low = _seconds(device, fast, torch.int8)
    return torch.int8 if low < 0.8 * wide else fast


def _seconds(device: str, *precisions: torch.dtype) -> list[float]:
    """The time of a product in each precision, at best, on one core."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(256, 256, generator=generator).mul_(20).to(device)
    y = torch.randn(2048, 256, generator=generator).mul_(20).to(device)
    with workers(device) as team:
        clock = time.thread_time if torch.device(device).type == "cpu" else time.perf_counter
        return team.map(partial(_least_time, clock), [x.to(p) for p in precisions], [y.to(p).T for p in precisions])


def _least_time(clock: Callable[[], float], x: Tensor, y: Tensor) -> float:
    """The least time of up to eight products; endless where there is no kernel for them."""
    least, began = float("inf"), clock()
    for _ in range(8):
        start = clock()
        if start - began > TIMED and least < float("inf"):
            break
        try:
            product = torch._int_mm(x, y) if x.dtype == torch.int8 else x @ y
        except (AttributeError, RuntimeError):
            break
        product[0, 0].item()  # waits for the device
        least = min(least, clock() - start)
    return least
