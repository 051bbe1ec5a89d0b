"""Pairs of words with the similarity that people see in them, as SemEval and MUSE have them."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import NamedTuple

from isogloss.data.errors import FormatError
from isogloss.data.limits import whole


class Judgement(NamedTuple):
    """How similar people call ``source`` and ``target``: the higher ``score``, the more."""

    source: str
    target: str
    score: float


def read_judgements(path: Path | str, gold: Path | str | None = None) -> tuple[Judgement, ...]:
    """Word pairs and their scores, one pair a line separated by tabs.

    SemEval-2017 task 2 keeps the words in one file and the scores, line by line, in another; MUSE has three columns.

    Args:
        path: A file of ``word⇥word⇥score``, or of ``word⇥word`` where ``gold`` is given.
        gold: A file with one score a line.

    Raises:
        FormatError: A file is missing, a line has other fields, or the two files differ in length.
    """
    path = Path(path)
    rows = [line.split("\t") for line in _lines(path)]
    if gold is not None:
        scores = _lines(Path(gold))
        if len(scores) != len(rows):
            raise FormatError.at(
                gold, None, f"{len(scores)} scores", f"one for each of the {len(rows)} pairs of {path}"
            )
        rows = [[*row[:2], score] for row, score in zip(rows, scores, strict=True)]
    return tuple(_judgement(path, number, row) for number, row in enumerate(rows, start=1))


def _lines(path: Path) -> list[str]:
    try:
        lines = whole(path).decode("utf-8-sig").splitlines()
    except OSError as error:
        raise FormatError.at(path, None, f"no readable file ({error.strerror})", "a file of word pairs") from error
    except UnicodeDecodeError as error:
        raise FormatError.at(path, None, "bytes that are not UTF-8", "text in UTF-8") from error
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise FormatError.at(path, None, "an empty file", "a pair of words or a score on each line")
    return lines


def _judgement(path: Path, number: int, row: list[str]) -> Judgement:
    expected = "two words and a score separated by tabs; scores in a file of their own go to --gold"
    if len(row) != 3:
        raise FormatError.at(path, number, f"{len(row)} fields", expected)
    try:
        score = float(row[2])
    except ValueError:
        score = float("nan")
    if not isfinite(score):
        raise FormatError.at(path, number, f"{row[2]!r} as a score", expected)
    return Judgement(row[0].strip(), row[1].strip(), score)
