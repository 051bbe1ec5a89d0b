from __future__ import annotations

from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.data.similarity import Judgement, read_judgements

WANTED = (Judgement("water", "eau", 4.0), Judgement("ice cream", "glace", 3.25))


def test_both_forms_are_read(tmp_path: Path) -> None:
    (tmp_path / "muse.txt").write_text("water\teau\t4\nice cream\tglace\t3.25\n")
    (tmp_path / "data.txt").write_text("\ufeffwater\teau\nice cream\tglace\n\n", encoding="utf-8")
    (tmp_path / "gold.txt").write_text("4.0\n3.25\n")
    assert read_judgements(tmp_path / "muse.txt") == WANTED
    assert read_judgements(tmp_path / "data.txt", tmp_path / "gold.txt") == WANTED


@pytest.mark.parametrize(
    ("text", "gold", "message"),
    [
        ("water\teau\n", None, "a.txt:1: 2 fields"),
        ("water\teau\t4\nfire\tfeu\tmuch\n", None, "a.txt:2: 'much' as a score"),
        ("water\teau\tnan\n", None, "a.txt:1: 'nan' as a score"),
        ("water\teau\n", "1\n2\n", "gold.txt: 2 scores, expected one for each of the 1 pairs"),
        ("", None, "a.txt: an empty file"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, gold: str | None, message: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "gold.txt").write_text(gold or "")
    with pytest.raises(FormatError) as caught:
        read_judgements(tmp_path / "a.txt", tmp_path / "gold.txt" if gold else None)
    assert message in str(caught.value)
