from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.reading import read_vectors
from isogloss.data.sample import sample_folder
from isogloss.kg.graph import open_graph
from tests.isogloss.serve.site import Site, served

FREE = Origin("Free words", "CC0-1.0")


def words_of(path: Path) -> Path:
    with open_graph(path, write=True) as words:
        words.add(
            Dictionary.of("en", "fr", [("cat", "chat"), ("cat", "chien"), ("dog", "chien"), ("owl", "hibou")], FREE)
        )
        words.add(Dictionary.of("en", "de", [("cat", "Katze"), ("dog", "Hund")], FREE))
        words.add(Dictionary.of("fr", "de", [("chat", "Katze"), ("chien", "Hund")], FREE))
        rows = (Pair("bird", "oiseau", 0.9), Pair("bird", "avion", 0.4), Pair("<b>", "'\"><i>", 0.45))
        words.add(Dictionary("en", "fr", rows, Origin("induced en-fr", "CC0-1.0", "induced")))
        words.add(Dictionary.of("en", "de", [("tree", "Baum")], FREE))
    return path


@pytest.fixture
def editable(tmp_path: Path) -> Iterator[Site]:
    with served(words_of(tmp_path / "graph.db"), "--edit", "--source-name", "Ana") as running:
        yield running


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that change nothing; they share a server."""
    with served(words_of(tmp_path_factory.mktemp("unchanged") / "graph.db"), "--edit") as running:
        yield running


def judged(site: Site, verdict: str, word: str, translation: str, **other: str) -> requests.Response:
    form = {"word": word, "translation": translation, "lang": "en", "to": "fr", "token": site.token(), "back": "/edit"}
    return site.ask("POST", f"/edit/{verdict}", data={**form, **other}, headers={"Origin": site.address})


def answers(site: Site, word: str, to: str = "fr") -> dict[str, float]:
    translations = site.get("/api/translate", params={"word": word, "from": "en", "to": to, "direct": "true"}).json()
    return {translation["translation"]: translation["score"] for translation in translations}


def test_what_is_accepted_is_the_first_answer_at_once(editable: Site) -> None:
    assert list(answers(editable, "bird")) == ["oiseau", "avion"]
    result = judged(editable, "accept", "bird", "avion", back="/word?word=bird&lang=en")
    assert (result.status_code, result.headers["location"]) == (303, "/word?word=bird&lang=en")
    assert list(answers(editable, "bird")) == ["avion", "oiseau"]
    assert "Ana" in editable.get("/word?word=bird&lang=en&to=fr").text


def test_what_is_rejected_is_no_answer_any_more_until_it_is_taken_back(editable: Site) -> None:
    judged(editable, "reject", "cat", "chien")
    assert list(answers(editable, "cat")) == ["chat"]
    judged(editable, "accept", "cat", "chien")
    assert set(answers(editable, "cat")) == {"chat", "chien"}


def test_a_new_word_and_a_new_language_can_be_added(editable: Site) -> None:
    assert judged(editable, "accept", "tree", "baobab", to="sw").status_code == 303
    assert list(answers(editable, "tree", "sw")) == ["baobab"]
    assert "sw" in {language["code"] for language in editable.get("/api/languages").json()}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"token": "guessed"}, 403),
        ({"token": ""}, 403),
        ({"word": ""}, 422),
        ({"translation": "x" * 301}, 422),
        ({"to": "<b>"}, 404),
    ],
)
def test_an_edit_that_is_not_in_order_changes_nothing(unchanged: Site, changed: dict[str, str], status: int) -> None:
    before = unchanged.get("/api/stats").json()
    assert judged(unchanged, "accept", **{"word": "cat", "translation": "minou", **changed}).status_code == status
    assert unchanged.get("/api/stats").json() == before


def test_an_edit_comes_from_the_page_itself(unchanged: Site) -> None:
    form = {"word": "cat", "translation": "minou", "lang": "en", "to": "fr", "token": unchanged.token()}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert unchanged.ask("POST", "/edit/accept", data=form, headers=headers).status_code == 403
    own = {"Origin": unchanged.address}
    assert unchanged.ask("POST", "/edit/accept", json=form, headers=own).status_code == 415
    assert unchanged.ask("POST", "/edit/erase", data=form, headers=own).status_code == 404
    assert unchanged.get("/edit/accept").status_code == 405
    assert "minou" not in answers(unchanged, "cat")


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_nobody_is_sent_to_another_site(unchanged: Site, back: str) -> None:
    assert judged(unchanged, "accept", "owl", "hibou", back=back).headers["location"] == "/edit"


def test_doubtful_translations_are_gone_through_one_by_one(unchanged: Site) -> None:
    first = unchanged.get("/edit/doubts?lang=en&to=fr&fresh=true")
    assert first.headers["location"] == "/edit/doubts?lang=en&to=fr&kind=stated"
    page = unchanged.get(first.headers["location"]).text
    assert ">cat<" in page
    assert ">chien<" in page  # neither Katze nor Hund confirms it
    assert "words of other languages that could" in page
    assert 'data-key="r"' in page


def test_computed_translations_come_least_sure_first_and_stay_text(editable: Site) -> None:
    page = editable.get("/edit/doubts?lang=en&to=fr&kind=computed&fresh=true")
    page = editable.get(page.headers["location"])
    assert "1 of 3" in page.text
    assert "&lt;b&gt;" in page.text
    assert "<i>" not in page.text
    judged(editable, "reject", "<b>", "'\"><i>")
    after = editable.get("/edit/doubts?lang=en&to=fr&kind=computed&at=1").text
    assert ">avion<" in after  # the list is as it was, whatever has been judged


def test_usual_words_without_a_translation_are_asked_for_next(unchanged: Site) -> None:
    page = unchanged.get("/edit?lang=en&to=fr").text
    assert 'name="word" value="tree"' in page
    assert 'name="word" value="cat"' not in page


def test_with_vectors_the_words_are_those_that_align_best(tmp_path: Path) -> None:
    path, vectors = tmp_path / "graph.db", sample_folder() / "fi.safetensors"
    finnish = read_vectors(vectors, "fi")
    with open_graph(path, write=True) as words:
        pairs = [(word, f"{word}-en") for word in finnish.words[:1000]]
        words.add(Dictionary.of("fi", "en", pairs, FREE))
        words.link_vectors(finnish)
    with served(path, "--edit") as site:
        page = site.get("/edit?lang=fi&to=en").text
    assert "would align the vectors best" in page
    suggested = re.findall(r'name="word" value="([^"]+)"', page)
    assert len(suggested) == 20
    assert set(suggested) <= set(finnish.words[1000:])


def test_readers_go_on_while_others_edit(editable: Site) -> None:
    from concurrent.futures import ThreadPoolExecutor

    secret = editable.token()
    form = {"lang": "en", "to": "fr", "token": secret, "back": "/edit"}

    def edit(number: int) -> int:
        data = {**form, "word": "cat", "translation": f"chat{number}"}
        return editable.ask("POST", "/edit/accept", data=data, headers={"Origin": editable.address}).status_code

    with ThreadPoolExecutor(12) as pool:
        edits = [pool.submit(edit, number) for number in range(8)]
        reads = [pool.submit(editable.get, "/word?word=cat&lang=en&to=fr") for _ in range(40)]
        assert {edit.result() for edit in edits} == {303}
        assert {read.result().status_code for read in reads} == {200}
    assert {f"chat{number}" for number in range(8)} <= set(answers(editable, "cat"))
