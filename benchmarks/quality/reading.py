"""How much of FreeDict's dictionaries is read: Debian's packages compared with the TEI sources they were made from.

Run ``python -m benchmarks.quality.reading`` (``--pairs swh-eng kha-eng`` for some of them, ``--json``). It fetches the
DICT packages and the archive of the sources, reads the packages with ``read_dictionary``, and counts the pairs of the
sources by itself, with the XML parser of the standard library: every ``orth`` of an entry with every ``quote`` in a
``cit`` of translations that stands in no other ``cit``; or with the parts of every ``def`` where a dictionary has more
of these. The print of a dictionary puts commas between translations, so a quote with commas is compared by its parts
(``present``) and whole (``whole``). Before they are compared, words lose what stands in brackets, on both sides.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import command_line
from benchmarks.descriptions import KEYS, MIRROR, SETTINGS, SUITE
from benchmarks.real_data import Package, folder, present, unpacked
from isogloss.data.errors import DownloadError
from isogloss.data.reading import read_dictionary
from isogloss.data.storage import file_hash, replacing_folder

VERSION = "2022.04.21"
SOURCES = Package(
    "freedict",
    f"{VERSION}-1",
    f"freedict_{VERSION}.orig.tar.xz",
    "54abc6c56faf877102f8048dc920229c88a4dd520dbff311ac36bfec5cbf02f9",
)
PACKAGES = {  # the SHA-256 of each package
    "jpn-eng": "29feef8cb0e4e01efeb3524173709395ac528ad1d1c6622f7dddff7fef7e54ed",
    "jpn-deu": "e7bd0b279311b3fed620663f0792c3b81157986eaef7234f00e05180be179821",
    "jpn-fra": "07e689c2c42c393e0478dd6538f9a4781f8cbb9a1b2307afd5151d4bc55d50bb",
    "jpn-rus": "8d4ce8b7050fd2a27e31a0f6fdb27d99944f19daf909fae74079d4eea8814626",
    "swh-eng": "e888c1740ef6ef790c348bb1f918ad9cb5ed680792fbcc43bc9d97b1b3966833",
    "deu-eng": "52fa2ba6c73ebe84df0e4a7b8612a94a45e6026a157fc75f5ae36c4a1106e3db",
    "kha-eng": "f91cfd1bbef413a8418b4e0363dc0ff0dc467623abad7f8645f4c3b8406ed974",
    "afr-deu": "d2e56d2dee24818ee913523cec717ec6a45d9c170e9d0889813aba5823015ed5",
    "ara-eng": "d7ec3b1f2bebf3bdc70c726da0f3c89a3e6f961c5f05c0b80a5f81a57d96ae46",
    "cym-eng": "393bfa60c002fc5c2b85dc73626547c099c3ad03e41bb2d1e33ffe74d4ca8503",
    "eng-fra": "b8db6774b640ae8a372bee119b4304d88e6fd471a283d1326d7ec0abcc8b930e",
    "eng-hin": "15b21e02e94b1a3a31a0b7a298687bee518797586a70745655cf5cefd3721c67",
    "eng-spa": "1b6a624048eddad805dcf0473a74e53420fbe391e7f2638090bddf625e9ad2b6",
    "eng-swh": "ad003a94afad9b5b70951d287f7a2d28f8c27b9d9108d999f682eca85d26f0d7",
    "eng-tur": "dd18d6682827301cb7131fda95728dd4c5ec3d73da6dab1f98619310608fbd99",
    "epo-eng": "d4202c4ae11ed1b17b1db24f3e3f210bca576354bf222ace19c86d86cd95b04d",
    "fra-eng": "fb853d1f3da00ddddfe60dc3b88b5aaca122eecf3ba5c219131bea479d6274db",
    "gle-eng": "5817afb849e77b6499d5baeb5e935391797b6ea0a02f2c1a95e78fea2957882e",
    "hrv-eng": "06ba074e4aeaee7b4731b346b0d553f0a8ee989c8271ab60cb40016ab92facab",
    "isl-eng": "1d970fed11bc7637212e2a601e865946bb53d19c87db7098221e1106c367a968",
    "kur-eng": "3366d7134e3c43c2e30219e92309d544d86eb6db1716779c467e0da1e89009ab",
    "kur-tur": "9e76852c1f723177a24857f5601aa90a52b7adb549d3b0c75f01769b05d9e423",
    "lat-eng": "bcd9561ea0b94ddafb18e84f4fc8bff843462de2ed69ac31e23b3b45238b7a47",
    "nno-nob": "666bb7744c8e40fe1b8970dd9ac2f4449422ba13014eafe1b89f226661e77c99",
    "oci-cat": "ac5f22462e9aed1316e58c6ad924e85ae7de173e88ff857b8ec88011fe9b98c3",
    "spa-ast": "21907818dc77f0eab930afc770f6bf67bc7a9fe32bdcba3d868d42cea129b44f",
    "swh-pol": "18a3278b163e148676b3d17344914f0385200ba3e15629663d04d31b99c96e2d",
    "fra-bre": "d901dcefe576f1bd3eac08b253aa3be9d3bcee85d4a457b4b666dfd5b397f443",
    "bre-fra": "a1fc2342b4dbfae9562abb5e295349413dd0912cec91a5ee9819385d930ee1db",
    "wol-fra": "e2608497a832ce77e1e63825fffd795260c540126301eafc68b8d8adad782225",
}

_TEI = "{http://www.tei-c.org/ns/1.0}"
_BRACKETS = re.compile(r"<[^<>]*>|\[[^][]*\]|\{[^{}]*\}|\([^()]*\)|（[^（）]*）")
_BETWEEN = re.compile(r"[;،؛、；，]|,(?!\d)")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """A dictionary: pairs in the source and read, the shares of the former that were read, and CPU seconds."""

    dictionary: str
    source: int
    read: int
    present: float
    whole: float
    seconds: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each dictionary."""
    parser = command_line.parser(__doc__)
    parser.add_argument("--pairs", nargs="+", choices=PACKAGES, default=list(PACKAGES), help="dictionaries")
    options = parser.parse_args(arguments)
    rows = []
    if not options.json:
        print("| dictionary | TEI | read | difference | present | whole | CPU s |\n|---|---|---|---|---|---|---|")
    for name in options.pairs:
        rows.append(row := compared(name))
        if not options.json:
            print(
                f"| {name} | {row.source:,} | {row.read:,} | {100 * (row.read / row.source - 1):+.1f} % | "
                f"{100 * row.present:.1f} % | {100 * row.whole:.1f} % | {row.seconds:.1f} |",
                flush=True,
            )
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))


def compared(name: str) -> Row:
    """What is read of a dictionary such as ``swh-eng``, and what its source has.

    Raises:
        DownloadError: A package cannot be had.
    """
    package = f"dict-freedict-{name}"
    place = unpacked(Package(package, f"{VERSION}-1", f"{package}_{VERSION}-1_all.deb", PACKAGES[name]))
    started = time.process_time()
    dictionary = read_dictionary(place, *name.split("-"))
    seconds = time.process_time() - started
    read = {pair for one in dictionary for pair in _comparable(one.source, one.target)}
    with (sources() / f"{name}.tei").open("rb") as stream:
        quoted = set(pairs_of(stream))
    parts = {(word, part) for word, quote in quoted for part in _parts(quote)}
    return Row(name, len(parts), len(read), len(parts & read) / len(parts), len(quoted & read) / len(quoted), seconds)


def pairs_of(stream: IO[bytes]) -> Iterator[Pair]:
    """The pairs of a TEI source, as comparable text."""
    quotes: list[Pair] = []
    definitions: list[Pair] = []
    events = ElementTree.iterparse(stream, events=("start", "end"))
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag == f"{_TEI}entry":
            words, quoted, defined = _entry(element)
            quotes += ((word, quote) for word in words for quote in quoted)
            definitions += ((word, part) for word in words for text in defined for part in _parts(text))
            root.clear()
    for word, text in quotes if len(quotes) >= len(definitions) else definitions:
        yield from _comparable(word, text)


def _entry(entry: ElementTree.Element) -> tuple[list[str], list[str], list[str]]:
    """Headwords, translations and definitions of an entry."""
    words: list[str] = []
    quotes: list[str] = []
    definitions: list[str] = []

    def walk(element: ElementTree.Element, cits: tuple[str, ...]) -> None:
        tag = element.tag.removeprefix(_TEI)
        if tag == "cit":
            cits = (*cits, element.get("type", ""))
        elif tag == "orth" and not cits:
            words.append("".join(element.itertext()))
        elif tag == "quote" and len(cits) == 1 and (element.get("type") or cits[0]).startswith("trans"):
            quotes.append("".join(element.itertext()))
        elif tag == "def" and not cits:
            definitions.append("".join([element.text or "", *(child.tail or "" for child in element)]))
        for child in element:
            walk(child, cits)

    walk(entry, ())
    return words, quotes, definitions


def _comparable(word: str, translation: str) -> Iterator[Pair]:
    pair = _plain(word), _plain(translation)
    if all(pair):
        yield pair


def _plain(text: str) -> str:
    text = _BRACKETS.sub(" ", _BRACKETS.sub(" ", text)).replace("\u2010", "-").replace("\u2011", "-")
    return " ".join(unicodedata.normalize("NFC", text).split())


def _parts(text: str) -> list[str]:
    return [plain for part in _BETWEEN.split(_plain(text)) if (plain := _plain(part))]


def sources() -> Path:
    """The folder with the TEI source of every dictionary.

    Raises:
        DownloadError: The archive cannot be had.
    """
    place = folder() / f"freedict-{VERSION}-tei"
    if not place.is_dir():
        archive = present(SOURCES) or _fetched()
        wanted = {f"{name}/{name}.tei": f"{name}.tei" for name in PACKAGES}
        with replacing_folder(place) as made, tarfile.open(archive) as files:
            for member in files:
                name = wanted.get(member.name.partition("/")[2])
                stream = files.extractfile(member) if name else None
                if name and stream:
                    with (made / name).open("wb") as out:
                        while piece := stream.read(1 << 20):
                            out.write(piece)
    return place


def _fetched() -> Path:
    """The archive, fetched by ``apt-get source`` with settings of its own."""
    folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".fetching-") as made:
        place = Path(made)
        for part in ("none", "lists/partial", "cache/archives/partial"):
            (place / part).mkdir(parents=True)
        (place / "sources.list").write_text(f"deb-src [signed-by={KEYS}] {MIRROR} {SUITE} main\n", "utf-8")
        (place / "apt.conf").write_text(SETTINGS.format(place=place, languages='"none";'), "utf-8")
        for command in (["update"], ["source", "--download-only", f"{SOURCES.name}={SOURCES.version}"]):
            ran = subprocess.run(
                ["apt-get", "--quiet", *command],
                cwd=place,
                env={**os.environ, "APT_CONFIG": str(place / "apt.conf"), "LC_ALL": "C"},
                capture_output=True,
                text=True,
                check=False,
            )
            if ran.returncode:
                message = (ran.stderr.strip() or ran.stdout.strip() or "nothing").splitlines()[-1]
                raise DownloadError(f"apt-get could not fetch the sources of {SOURCES.name}: {message}")
        if (actual := file_hash(place / SOURCES.file)) != SOURCES.sha256:
            raise DownloadError(f"{SOURCES.file}: found sha256 {actual}, expected {SOURCES.sha256}")
        return (place / SOURCES.file).replace(folder() / SOURCES.file)


if __name__ == "__main__":
    main()
