"""How large what comes from outside may be: one place for all readers and downloads.

The limits are far above what dictionaries and vectors have. Whoever trusts a larger file raises them: within
``limited(...)``, or on the command line by a variable such as ``ISOGLOSS_LIMIT_RATIO=5000``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from pathlib import Path

from isogloss.data.errors import FormatError, IsoglossError

PREFIX = "ISOGLOSS_LIMIT_"
LARGEST_INTEGER = 2**63 - 1  # of 64 bits, in which the database, arrays and random seeds keep integers
MAX_VOCAB = 200_000  # most frequent words of a language that are read unless another number is given; round number
TRAINING_VOCAB = 20_000  # the same of languages that a model is meta-trained on; round number
FREE = 1 << 22  # bytes that may be unpacked whatever the ratio: a small file may repeat itself; round number


@dataclass(frozen=True)
class Limits:
    """All are round numbers.

    ``line`` is for a line of text, ``token`` for one tag, comment or text of XML, ``document`` for a file that is read
    as a whole (an index, JSON), ``unpacked`` for what one compressed file holds and ``download`` for one download, all
    in bytes; ``ratio`` is how many times its size a compressed file may hold.
    """

    line: int = 1 << 20
    token: int = 1 << 22
    document: int = 1 << 29
    ratio: int = 250
    unpacked: int = 1 << 38
    download: int = 1 << 36

    def changed(self, values: Mapping[str, str]) -> Limits:
        """These limits with those changed that ``values`` have under names such as ``ISOGLOSS_LIMIT_RATIO``.

        Raises:
            IsoglossError: A name is unknown, or a value is no whole number above 0.
        """
        changes = {}
        for name in sorted(values):
            if not name.startswith(PREFIX):
                continue
            limit, value = name.removeprefix(PREFIX).lower(), values[name]
            if limit not in {field.name for field in fields(self)}:
                limits = ", ".join(PREFIX + field.name.upper() for field in fields(self))
                raise IsoglossError(f"{name}: unknown limit, expected one of {limits}")
            if not value.isdecimal() or len(value) > 18 or int(value) < 1:
                raise IsoglossError(f"{name}={value[:40]}: expected a whole number of at least 1")
            changes[limit] = int(value)
        return replace(self, **changes)


_LIMITS: ContextVar[Limits] = ContextVar("limits", default=Limits())  # noqa: B039 (frozen)


def limits() -> Limits:
    """Those that hold here."""
    return _LIMITS.get()


@contextmanager
def limited(new: Limits) -> Iterator[None]:
    """Read by ``new`` limits within the block."""
    token = _LIMITS.set(new)
    try:
        yield
    finally:
        _LIMITS.reset(token)


def fits_64_bits(value: int) -> bool:
    """Whether an integer fits into a signed integer of 64 bits."""
    return -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER


def too_large(path: Path | str, line: int | None, found: str, limit: str) -> FormatError:
    """The error for what is above a limit, which it names."""
    most = getattr(limits(), limit)
    return FormatError.at(path, line, found, f"at most {most:,}; {raise_it(limit)}")


def raise_it(limit: str) -> str:
    """What to do about a sound file above a limit."""
    return f"if the file is right, set {PREFIX}{limit.upper()} higher"


def refuse_bomb(path: Path | str, packed: int, unpacked: int) -> None:
    """Refuse compressed data that unpacks to more than a file of words does.

    Raises:
        FormatError: ``unpacked`` bytes of ``packed`` ones are above the limits.
    """
    if unpacked > FREE and unpacked > packed * limits().ratio:
        raise too_large(path, None, f"data that unpacks to more than {unpacked // max(packed, 1):,} times", "ratio")
    if unpacked > limits().unpacked:
        raise too_large(path, None, f"data that unpacks to {unpacked:,} bytes", "unpacked")


def whole(path: Path) -> bytes:
    """The content of a file that has to be read as a whole.

    Raises:
        FormatError: It is larger than the limit.
    """
    most = limits().document
    with path.open("rb") as stream:  # whose size is not asked for: devices have none
        content = stream.read(most + 1)
    if len(content) > most:
        raise too_large(path, None, f"more than {most:,} bytes", "document")
    return content
