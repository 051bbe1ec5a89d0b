"""MurmurHash (Appleby, 2008), for many strings at once.

spaCy names strings by MurmurHash64A and floret finds n-grams by MurmurHash3. Both are computed here for all
strings of one length together, a few numpy operations for each eight bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_BITS = (1 << 64) - 1  # of an unsigned 64-bit integer


def murmur64a(texts: Sequence[bytes], seed: int = 1) -> Hashes:
    """MurmurHash64A of each of ``texts``, shape ``(n,)``."""
    factor, shift = 0xC6A4A7935BD1E995, np.uint64(47)
    times = np.uint64(factor)
    hashes = np.empty(len(texts), np.uint64)
    for length, where, blocks in _by_length(texts, 8):
        h = np.full(len(where), (seed ^ (length * factor)) & _BITS, np.uint64)
        for k in blocks[: length // 8]:
            k = k * times
            k ^= k >> shift
            h = (h ^ (k * times)) * times
        if length % 8:
            h = (h ^ blocks[-1]) * times
        h ^= h >> shift
        h *= times
        hashes[where] = h ^ (h >> shift)
    return hashes


def murmur3_128(texts: Sequence[bytes], seed: int) -> Hashes:
    """MurmurHash3 (x64, 128 bits) of each of ``texts``, shape ``(n, 2)``: the low and the high half."""
    first_factor, second_factor = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
    five = np.uint64(5)
    hashes = np.empty((len(texts), 2), np.uint64)
    for length, where, blocks in _by_length(texts, 16):
        low, high = (np.full(len(where), seed, np.uint64) for _ in range(2))
        even_words = length // 16 * 2
        for even, odd in zip(blocks[:even_words:2], blocks[1:even_words:2], strict=True):
            low ^= _turned(even * first_factor, 31) * second_factor
            low = (_turned(low, 27) + high) * five + np.uint64(0x52DCE729)
            high ^= _turned(odd * second_factor, 33) * first_factor
            high = (_turned(high, 31) + low) * five + np.uint64(0x38495AB5)
        if length % 16:
            low ^= _turned(blocks[even_words] * first_factor, 31) * second_factor
            high ^= _turned(blocks[even_words + 1] * second_factor, 33) * first_factor
        low ^= np.uint64(length)
        high ^= np.uint64(length)
        low += high
        high += low
        low, high = _mixed(low), _mixed(high)
        low += high
        hashes[where, 0] = low
        hashes[where, 1] = high + low
    return hashes


def _by_length(texts: Sequence[bytes], width: int) -> Iterator[tuple[int, NDArray[np.int64], list[Hashes]]]:
    """Each length, where its texts stand, and their bytes as 64-bit columns, filled with zeros to ``width`` bytes."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    order = np.argsort(lengths, kind="stable")
    for where in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        if not len(where):
            continue
        length = int(lengths[where[0]])
        padded = np.zeros((len(where), -(-length // width) * width), np.uint8)
        joined = b"".join([texts[index] for index in where.tolist()])
        padded[:, :length] = np.frombuffer(joined, np.uint8).reshape(len(where), length)
        columns = padded.view("<u8").astype(np.uint64, copy=False)
        yield length, where, [columns[:, column].copy() for column in range(columns.shape[1])]


def _turned(values: Hashes, bits: int) -> Hashes:
    return (values << np.uint64(bits)) | (values >> np.uint64(64 - bits))


def _mixed(values: Hashes) -> Hashes:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(factor)
    return values ^ (values >> np.uint64(33))
