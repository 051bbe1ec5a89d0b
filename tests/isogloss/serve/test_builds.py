from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.kg.graph import open_graph
from tests.isogloss.serve.site import Site, served

FEW = 300  # words of each language


class Fields(NamedTuple):
    """What a field linguist has: a page, and where its lexicons go."""

    site: Site
    lexicons: Path


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fields]:
    folder = tmp_path_factory.mktemp("fields")
    dictionary = sample_dictionary("en", "fr").lowercased()
    english, french = sample_vectors("en"), sample_vectors("fr")
    dictionary = dictionary.within(english, french)
    path, pairs = folder / "graph.db", dictionary.pairs[:FEW]
    with open_graph(path, write=True) as words:
        words.add(Dictionary("en", "fr", pairs[:100], Origin("Field notes", "CC0-1.0", "user")))
        words.add(Dictionary.of("en", "sw", [("dog", "mbwa")], Origin("Field notes", "CC0-1.0", "user")))
        for vectors, of_pairs in (
            (english, [pair.source for pair in pairs]),
            (french, [pair.target for pair in pairs]),
        ):
            chosen = tuple(dict.fromkeys(of_pairs))
            few = Vectors(vectors.language, chosen, vectors.matrix[vectors.indices(chosen)])
            write_vectors(few, folder / f"{few.language}.vec")
            words.link_vectors(read_vectors(folder / f"{few.language}.vec", few.language))
    with served(path, "--edit", "--lexicons", str(folder / "lexicons")) as site:
        yield Fields(site, folder / "lexicons")


def asked(site: Site, path: str, **values: str) -> requests.Response:
    data = {"token": site.token("dog"), "lang": "en", "to": "fr", **values}
    return site.ask("POST", path, data=data, headers={"Origin": site.address})


def test_a_lexicon_is_built_on_the_page(fields: Fields) -> None:
    site = fields.site
    started = asked(site, "/edit/build", effort="quick")
    assert (started.status_code, started.headers["location"]) == (303, "/edit/build?lang=en&to=fr")
    assert asked(site, "/edit/build").status_code == 409  # one at a time
    for _ in range(3_000):
        page = site.get("/edit/build?lang=en&to=fr").text
        if 'http-equiv="refresh"' not in page:
            break
        time.sleep(0.2)
    with open_graph(site.graph) as words:
        induced = {pair[:2] for pair in words.dictionary("en", "fr", kinds=["induced"])}
    assert f"<strong>{len(induced)} pairs</strong>" in page
    listed = (fields.lexicons / "en-fr" / "lexicon.tsv").read_text("utf-8").splitlines()[1:]
    assert {tuple(line.split("\t")[:2]) for line in listed} == induced
    assert "Calibration" in site.get("/report/en-fr").text
    assert "/report/en-fr" in site.get("/").text


@pytest.mark.parametrize(
    ("message", "status"),
    [({"to": "sw"}, 422), ({"to": "en"}, 422), ({"to": "xx"}, 404), ({"effort": "all"}, 422), ({"token": "x"}, 403)],
)
def test_a_build_that_cannot_be_is_refused(fields: Fields, message: dict[str, str], status: int) -> None:
    assert asked(fields.site, "/edit/build", **message).status_code == status


def test_without_vectors_the_page_says_how_to_join_them(fields: Fields) -> None:
    page = fields.site.get("/edit?lang=en&to=sw", timeout=300).text
    assert "isogloss kg vectors FILE --lang en" in page
    assert 'action="/edit/build"' not in page
