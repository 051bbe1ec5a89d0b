from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from isogloss.data.errors import FormatError
from isogloss.data.images import SIDE, read_images


def test_pictures_of_a_folder_are_squares_of_one_size_and_files_of_other_kinds_are_passed_over(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), (255, 0, 0)).save(tmp_path / "red.png")
    Image.new("RGBA", (4, 4), (0, 0, 255, 128)).save(tmp_path / "blue.webp", lossless=True)
    (tmp_path / "notes.txt").write_text("no picture")
    images = read_images(tmp_path)
    assert sorted(images) == ["blue", "red"]
    assert images["red"].shape == (SIDE, SIDE, 4)
    assert images["red"][SIDE // 2, SIDE // 2].tolist() == [255, 0, 0, 255]
    assert images["red"][0, 0, 3] == 0, "a wide picture has transparent space above"
    assert images["blue"][5, 5, 3] == 128


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no picture"):
        read_images(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(FormatError, match=r"broken\.png: no readable picture"):
        read_images(tmp_path)
    font = tmp_path / "broken.ttf"
    font.write_bytes(b"no font")
    with pytest.raises(FormatError, match=r"broken\.ttf: no readable font"):
        read_images(font, "ab")


def test_characters_without_colour_are_no_pictures() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    font = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    with pytest.raises(FormatError, match="no picture"):
        read_images(font, ["a", "b"])
