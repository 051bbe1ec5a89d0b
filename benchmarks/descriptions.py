"""Debian's package descriptions in several languages, fetched by ``apt-get update`` into a folder of our own.

The package client is run with private places for everything that it reads and writes, so nothing on the machine
changes and no privileges are needed. Every function raises ``DownloadError`` with the reason where that fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.debian_descriptions import read_descriptions, read_sections
from benchmarks.real_data import folder
from isogloss.data.errors import DownloadError
from isogloss.data.storage import replacing_folder
from isogloss.data.text.labelled_texts import Text

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
LANGUAGES = ("da", "de", "en", "es", "fi", "fr", "it", "ja")

SETTINGS = """\
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "{place}/none";
Dir::Etc::SourceList "{place}/sources.list";
Dir::Etc::SourceParts "{place}/none";
Dir::State::Lists "{place}/lists";
Dir::Cache "{place}/cache";
Acquire::GzipIndexes "false";
Acquire::Languages {{ {languages} }};
"""


@cache
def descriptions(language: str) -> tuple[Text, ...]:
    """The description of every package that has one in ``language``, labelled with the package's section.

    Raises:
        DownloadError: The indexes cannot be had.
    """
    return read_descriptions(_index(f"i18n_Translation-{language}"), language, _sections())


@cache
def _sections() -> dict[str, str]:
    return read_sections(_index("Packages"))


def _index(name: str) -> Path:
    place = folder() / f"descriptions-{SUITE}"
    if not place.is_dir():
        _fetch(place, LANGUAGES)
    files = sorted(place.glob(f"*{name}"))
    if len(files) != 1:
        raise DownloadError(f"{place}: found {len(files)} files *{name}, expected one; remove the folder to fetch anew")
    return files[0]


def _fetch(place: Path, languages: Sequence[str]) -> None:
    """Put the indexes of ``languages`` into ``place``."""
    if shutil.which("apt-get") is None:
        raise DownloadError(f"found no apt-get, which fetches descriptions; expected Debian or {place} from elsewhere")
    with replacing_folder(place) as made:
        for part in ("none", "lists/partial", "cache/archives/partial"):
            (made / part).mkdir(parents=True)
        (made / "sources.list").write_text(f"deb [signed-by={KEYS}] {MIRROR} {SUITE} main\n", "utf-8")
        quoted = " ".join(f'"{language}";' for language in languages)
        (made / "apt.conf").write_text(SETTINGS.format(place=made, languages=quoted), "utf-8")
        ran = subprocess.run(
            ["apt-get", "--quiet", "update"],
            env={**os.environ, "APT_CONFIG": str(made / "apt.conf"), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        indexes = [path for path in (made / "lists").glob("*") if path.name.endswith("Packages") or "i18n" in path.name]
        if ran.returncode or len(indexes) != len(languages) + 1:
            message = (ran.stderr.strip() or ran.stdout.strip() or "nothing").splitlines()[-1]
            raise DownloadError(f"apt-get could not fetch the descriptions of {SUITE}: {message}")
        for path in indexes:
            path.replace(made / path.name)
        for part in ("lists", "cache", "none"):
            shutil.rmtree(made / part)
