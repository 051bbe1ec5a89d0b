"""Bytes as damage, cut-off copies and ill will leave them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

PIECES = (
    *(b"", b" ", b"\n", b"\0", b"\t", b"\x0b", b"\r", b"-", b"[", b"{", b'"', b"\\", b"<", b"&", b"nan", b"-inf"),
    *(b"null", b"true", b"1e999", b"-1", b"9" * 20, b"9" * 400, b"\xff", b"\xff\xff\xff\x7f", b"\xed\xa0\x80"),
    *("\u202e".encode(), b"\x1b[2J", "é".encode(), b"../../x", b"a" * 5000, b"[" * 3000),
)

ODD: tuple[Any, ...] = (None, True, -1, 0, 1e9, 10**9, 10**30, 1e308, "", "nope", "../x", [], {}, [[]], "a" * 5000)


def mutated(content: bytes, chance: random.Random, *, most: int = 4) -> bytes:
    """``content`` with up to ``most`` places flipped, overwritten, cut, repeated or filled."""
    for _ in range(chance.randint(1, most)):
        size = len(content)
        start = chance.randrange(1 + min(size, chance.choice((40, 200, 4000, size))))
        length = chance.choice((0, 1, 1, 2, 4, 8, 30, 500))
        kind = chance.randrange(6)
        if kind == 0 and size:
            place = min(start, size - 1)
            content = content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
        elif kind == 1:
            content = content[:start] + chance.randbytes(length) + content[start + length :]
        elif kind == 2:
            content = content[:start] + chance.choice(PIECES) + content[start + length :]
        elif kind == 3:
            content = content[:start] + content[start : start + length] * chance.choice((2, 3, 50)) + content[start:]
        elif kind == 4:
            content = content[:start] if chance.random() < 0.3 else content[:start] + content[start + length :]
        else:
            content = content[:start] + bytes(chance.choice((4, 64, 512))) + content[start + length :]
    return content


def mutate_file(path: Path, chance: random.Random, *, most: int = 4) -> None:
    """``mutated``, in place."""
    path.write_bytes(mutated(path.read_bytes(), chance, most=most))


def forged(value: Any, chance: random.Random) -> str:
    """Put an odd value somewhere into a JSON document; returns where and what."""
    path = ""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        path += f"/{key}"
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.8:
            value = value[key]
            continue
        if isinstance(value, dict) and chance.random() < 0.2:
            del value[key]
            return f"{path} gone"
        value[key] = chance.choice(ODD)
        return f"{path} = {str(value[key])[:40]}"
