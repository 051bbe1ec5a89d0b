"""Pictures as arrays: the image files of a folder, or the characters of a colour font. Needs the extra ``images``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from isogloss.data.errors import FormatError
from isogloss.data.extras import naming_extras

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 64  # pixels of a picture; round number
FONTS = (".ttf", ".otf", ".ttc")
FILES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
POINTS = 109  # size at which colour fonts of bitmaps can be drawn (Noto Color Emoji has no other)
COLOURFUL = 30  # range of a colour channel above which a character is drawn in colour; round number

Picture = NDArray[np.uint8]
"""Shape ``(SIDE, SIDE, 4)``: red, green, blue and opacity."""


def read_images(path: Path, names: Collection[str] = ()) -> dict[str, Picture]:
    """The pictures of a folder by the names of their files, or those of the characters ``names`` in a colour font.

    A character that the font lacks, or has without colour, is left out.

    Raises:
        MissingExtraError: Pillow is not installed.
        FormatError: There is no picture, or a file is broken.
    """
    with naming_extras("reading images", "images"):
        pass
    if path.suffix.lower() in FONTS:
        images = _drawn(path, names)
    else:
        files = sorted(path.glob("*")) if path.is_dir() else []
        images = {file.stem: _read(file) for file in files if file.suffix.lower() in FILES}
    if not images:
        raise FormatError.at(path, None, "no picture", f"a folder of {', '.join(FILES)} files, or a colour font")
    return images


def _read(file: Path) -> Picture:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as image:
            return _square(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FormatError.at(file, None, "no readable picture", "an image file") from error


def _drawn(font: Path, characters: Collection[str]) -> dict[str, Picture]:
    from PIL import Image, ImageDraw, ImageFont

    try:
        face = ImageFont.truetype(font, POINTS)
    except (OSError, ValueError) as error:
        raise FormatError.at(
            font, None, f"no readable font ({error})", "a colour font such as Noto Color Emoji"
        ) from error
    images = {}
    for character in characters:
        image = Image.new("RGBA", (136, 128))  # a glyph of Noto Color Emoji; what has no colour of its own is black
        ImageDraw.Draw(image).text((0, 0), character, fill="black", font=face, embedded_color=True)
        pixels = np.asarray(image)
        opaque = pixels[pixels[..., 3] > 128][:, :3]
        if len(opaque) and np.ptp(opaque, axis=0).max() > COLOURFUL:
            images[character] = _square(image)
    return images


def _square(image: Image) -> Picture:
    from PIL import ImageOps

    return np.asarray(ImageOps.pad(image.convert("RGBA"), (SIDE, SIDE), color=(0, 0, 0, 0)), dtype=np.uint8)
