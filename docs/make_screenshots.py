"""Draws the pictures of ``serve.md`` in Chromium: ``python -m docs.make_screenshots``.

Needs chromium, chromedriver and the extras serve and dev. The graph is made of the bundled sample, and a few of its
pairs as two more sources. ``--all FOLDER`` draws every page instead, on a phone and on a laptop, by day and by night,
to be looked at before a release; ``--report`` (folders of lexicons and projects) and ``--site docs/_build`` add theirs.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from urllib.parse import quote

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

import isogloss as ig
from benchmarks.speed.page import OPTIONS, served

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "fr", "es", "de", "fi", "sw", "ru")  # whose scripts the fonts of most machines have
PICTURES = {  # name -> address, width, height, dark
    "serve-word.png": ("/word?word=dog&lang=en", 1000, 760, False),
    "serve-near.png": ("/near?word=dog&lang=en&limit=40", 1000, 760, True),
    "serve-phone.png": ("/word?word=chien&lang=fr&to=fi", 390, 760, True),
}


WIDTHS = {"phone": 390, "laptop": 1280}
VERTICAL = "ᠨᠣᠬᠠᠢ"  # Mongolian for dog
PAGES = {  # name -> address
    "home": "/",
    "word": "/word?word=dog&lang=en",
    "word-to": "/word?word=dog&lang=en&to=fi",
    "near": "/near?word=dog&lang=en&limit=40",
    "concept": "/concept?key=language/fr",
    "coverage": "/coverage",
    "sources": "/sources",
    "compare": "/compare?word=dog&lang=en&other=hound&other_lang=en",
    "unknown": "/word?word=dgo&lang=en",
    "edit": "/edit?lang=en&to=fr",
    "doubts": "/edit/doubts?lang=en&to=fr",
    "right-to-left": f"/word?word={quote('كلب')}&lang=ar",
    "vertical": f"/word?word={quote(VERTICAL)}&lang=mn-Mong",
}


def main() -> None:
    """Draw all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="Folder for pictures of every page.")
    parser.add_argument("--report", type=Path, action="append", default=[], help="Folder whose report.html is drawn.")
    parser.add_argument("--site", type=Path, help="Folder of the documentation, as `make docs` makes it.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        graph = made(Path(folder) / "words.db", scripts=arguments.all is not None)
        options = ["--edit"] if arguments.all else []
        with served(graph, *options) as server, browser(Path(folder) / "profile") as window:
            if arguments.all is None:
                for name, (address, width, height, dark) in PICTURES.items():
                    draw(window, server.address + address, HERE / name, (width, height), dark=dark)
                return
            files = [report / "report.html" for report in arguments.report]
            files += [arguments.site / name for name in ("index.html", "serve.html")] if arguments.site else []
            pages = {name: server.address + address for name, address in PAGES.items()}
            pages |= {f"{file.parent.name}-{file.stem}": file.absolute().as_uri() for file in files}
            arguments.all.mkdir(parents=True, exist_ok=True)
            for name, address in pages.items():
                for screen, width in WIDTHS.items():
                    for dark in (False, True):
                        place = arguments.all / f"{name}-{screen}-{'dark' if dark else 'light'}.png"
                        draw(window, address, place, (width, 0), dark=dark)


def draw(window: webdriver.Chrome, address: str, place: Path, size: Sequence[int], *, dark: bool) -> None:
    """A page as a picture; without a height, as much of it as four screens hold."""
    width, height = size
    screen = {"width": width, "height": height or 800, "deviceScaleFactor": 1, "mobile": width < 500}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    window.get(address)
    wide, tall = window.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    if not height:
        screen["height"] = min(tall, 4 * 800)
        window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    window.save_screenshot(str(place))
    print(place, f"wider than the screen: {wide} of {width}" if wide > width else "")


def made(path: Path, *, scripts: bool) -> Path:
    """The graph that is shown; with words in ``scripts`` that run otherwise, for which not all machines have fonts."""
    names = {
        key: {code: word for code, word in words.items() if code in LANGUAGES}
        for key, words in ig.sample_concepts().items()
        if key.partition("/")[0] != "emoji"
    }
    with ig.open_graph(path, write=True) as graph:
        for source, target in (("en", "fr"), ("en", "es"), ("fr", "es"), ("fr", "fi"), ("en", "de")):
            graph.add(ig.sample_dictionary(source, target))
        graph.add_concepts({key: words for key, words in names.items() if words}, ig.SAMPLE_ORIGIN)
        own = ig.Origin("Field notes", "CC-BY-4.0", "user")
        more = [("dog", "chien"), ("hound", "chien"), ("dog", "toutou"), ("puppy", "chiot")]
        graph.add(ig.Dictionary.of("en", "fr", more, own))
        graph.add(ig.Dictionary.of("fr", "fi", [("chien", "koira"), ("toutou", "hauva"), ("chiot", "pentu")], own))
        graph.add(ig.Dictionary.of("en", "en", [("dog", "hound"), ("dog", "puppy")], own))
        if scripts:
            graph.add(ig.Dictionary.of("en", "ar", [("dog", "كلب"), ("cat", "قط")], own))
            graph.add(ig.Dictionary.of("en", "mn-Mong", [("dog", VERTICAL)], own))
    return path


@contextmanager
def browser(profile: Path) -> Iterator[webdriver.Chrome]:
    """A Chromium that nobody has used."""
    options = webdriver.ChromeOptions()
    options.binary_location = which("chromium") or "chromium"
    for option in (*OPTIONS, "--hide-scrollbars", f"--user-data-dir={profile}"):
        options.add_argument(option)
    window = webdriver.Chrome(options, Service(which("chromedriver")))
    try:
        yield window
    finally:
        window.quit()


if __name__ == "__main__":
    main()
