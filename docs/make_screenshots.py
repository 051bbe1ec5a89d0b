"""Draws the pictures of ``serve.md`` in Chromium: ``python docs/make_screenshots.py``.

Needs chromium, chromedriver and the extras serve and dev. The graph is made of the bundled sample, and a few of its
pairs as two more sources.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

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


def main() -> None:
    """Draw all."""
    with tempfile.TemporaryDirectory() as folder:
        graph = made(Path(folder) / "words.db")
        with served(graph) as server, browser(Path(folder) / "profile") as window:
            for name, (address, width, height, dark) in PICTURES.items():
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
                window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
                window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
                window.get(server.address + address)
                window.save_screenshot(str(HERE / name))
                print(HERE / name)


def made(path: Path) -> Path:
    """The graph that is shown."""
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
