from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import pytest

from isogloss.kg.graph import open_graph
from isogloss.serve.words import web_address
from tests.isogloss.serve.conftest import CLOSING, HOSTILE, SCRIPT
from tests.isogloss.serve.site import Site

PAGES = (
    "/",
    "/word?word=dog&lang=en",
    "/word?word=cat&lang=en&to=fi",
    "/near?word=dog&lang=en",
    "/concept?key=animal/dog",
    "/coverage",
    "/sources",
    "/compare",
    "/compare?word=dog&lang=en&other=koira&other_lang=fi",
    "/word?word=nothing",
)


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_loads_from_its_own_site_only(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == (404 if "nothing" in path else 200)
    page = Tags(answer.text)
    assert len(page.all("h1")) == 1
    assert [element["src"] for element in page.all("script")] == ["/static/page.js"]
    loaded = [element["href"] for element in page.all("link")] + [element.get("src") for element in page.all("img")]
    assert all(where and where.startswith("/") for where in loaded)
    assert not page.all("style")
    assert not [tag for tag, attributes in page.tags if any(name.startswith(("on", "style")) for name in attributes)]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_translations_are_those_of_the_library_with_sources_and_licences(site: Site) -> None:
    page = Tags(site.get("/word?word=cat&lang=en&to=fi").text)
    with open_graph(site.graph) as graph:
        (answer,) = graph.translate("cat", "en", "fi", k=25)
    assert f"probability {answer.score:.4f}" in {element.get("title") for element in page.all("span")}
    assert "1 path through other words" in page.text
    assert "CC-BY-SA-4.0" in page.text
    assert "/word?word=kissa&lang=fi" in {element.get("href") for element in page.all("a")}


def test_all_languages_that_a_source_has_are_on_the_page(site: Site) -> None:
    page = Tags(site.get("/word?word=dog&lang=en").text)
    headings = [element["data-language"] for element in page.all("a") if element.get("data-language")]
    assert headings == ["ar", "fr", "sv"]
    assert {"lang": "ar", "dir": "auto", "class": "w"} in page.all("bdi")
    assert "hound" in page.text
    assert "animal/dog" in page.text


def test_translations_stand_under_their_senses(site: Site) -> None:
    text = Tags(site.get("/word?word=bank&lang=en&to=fr").text).text
    places = {
        part: text.index(part) for part in ("institution", "banque", "of a river", "rive", "no sense given", "talus")
    }
    headings = [places[sense] for sense in ("institution", "of a river", "no sense given")]

    def under(word: str) -> int:
        return max(place for place in headings if place < places[word])

    assert [under(word) for word in ("banque", "rive", "talus")] == headings
    assert max(headings) == places["no sense given"]


def test_the_language_of_a_word_is_guessed_and_can_be_switched(site: Site) -> None:
    guessed = site.get("/word?word=Katze")
    assert (guessed.status_code, guessed.headers["location"]) == (303, "/word?word=Katze&lang=de")
    other = Tags(site.get("/word?word=chat&lang=fr").text)
    assert "/word?word=chat&lang=en" in {element.get("href") for element in other.all("a")}


def test_a_word_typed_otherwise_has_one_address(site: Site) -> None:
    assert site.get("/word?word=KATZE&lang=de&to=fr").headers["location"] == "/word?word=Katze&lang=de&to=fr"


def test_an_inflected_form_leads_to_its_base_form_and_says_so(site: Site) -> None:
    answer = site.get("/word?word=hounds&lang=en")
    assert answer.headers["location"] == "/word?word=hound&lang=en&asked=hounds"
    assert "hounds is not in the graph" in Tags(site.get(answer.headers["location"]).text).text


def test_a_word_that_is_missing_leads_to_words_written_like_it(site: Site) -> None:
    page = Tags(site.get("/word?word=koirra&lang=fi").text)
    assert "/word?word=koira&lang=fi" in {element.get("href") for element in page.all("a")}


def test_the_picture_names_itself_and_every_word_in_it_is_a_link(site: Site) -> None:
    page = Tags(site.get("/near?word=dog&lang=en").text)
    assert page.all("svg")[0]["aria-labelledby"] == "drawn drawn-how"
    nodes = [element for element in page.all("a") if "node" in (element.get("class") or "")]
    assert len(nodes) == len(page.all("circle")) > 4
    assert all((node["href"] or "").startswith("/near?word=") for node in nodes)
    colours = {node["lang"]: (node["class"] or "").split()[1] for node in nodes}
    assert len(set(colours.values())) == len(colours)


def test_a_concept_is_headed_by_its_words_instead_of_its_key(site: Site) -> None:
    page = site.get("/concept?key=animal/dog").text
    assert Tags(page[page.index("<h1>") : page.index("</h1>")]).text == "dog, hound"
    assert "Concept animal/dog" in Tags(page).text


def test_languages_are_named_and_listed_by_their_names(site: Site) -> None:
    page = site.get("/near?word=dog&lang=en").text
    listed = Tags(page[page.index("The same as a list") :]).text
    assert listed.index("Arabic") < listed.index("English") < listed.index("French")


def test_the_first_page_has_some_words_to_begin_with(site: Site) -> None:
    first = Tags(site.get("/").text)
    assert len([element for element in first.all("a") if (element.get("href") or "").startswith("/word?word=")]) > 2


def test_compared_words_show_what_they_share_and_how_they_are_joined(site: Site) -> None:
    page = Tags(site.get("/compare?word=dog&lang=en&other=hound&other_lang=en").text)
    assert "/word?word=chien&lang=fr" in {element.get("href") for element in page.all("a")}
    assert len(page.all("table")) == 1
    assert "steps" in {element.get("class") for element in page.all("ol")}


def test_a_random_word_is_not_kept(site: Site) -> None:
    answer = site.get("/random?lang=ar")
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(r"/word\?word=[%\w]+&lang=ar", answer.headers["location"])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_text(hostile: Site, text: str) -> None:
    page = Tags(hostile.get(f"/word?lang=fr&word={quote(text)}").text)
    assert text in page.text
    assert not {"img", "b"} & {tag for tag, _ in page.tags}
    assert len(page.all("script")) == 1


def test_hostile_words_sources_and_concepts_do_no_harm_wherever_they_stand(hostile: Site) -> None:
    shown = (
        "/word?word=word&lang=en",
        "/word?word=word&lang=en&to=fr",
        "/near?word=word&lang=en",
        "/coverage",
        "/sources",
    )
    named = (f"/concept?key={quote(SCRIPT)}", f"/word?lang=fr&word={quote(CLOSING)}")
    for path in (*shown, *named, "/"):
        answer = hostile.get(path)
        page = Tags(answer.text)
        assert len(answer.content) < 200_000, path  # the word of a megabyte is cut
        assert not {"img", "b"} & {tag for tag, _ in page.tags}, path
        assert len(page.all("script")) == 1, path
        assert not [element for element in page.all("a") if (element.get("href") or "").startswith("javascript")], path
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.text), path
        assert "7 * 191" in page.text or "1337" not in page.text


def test_a_link_to_a_hostile_word_leads_to_it(hostile: Site) -> None:
    page = Tags(hostile.get("/word?word=word&lang=en&to=fr").text)
    links = {unquote((element.get("href") or "").replace("+", " ")) for element in page.all("a")}
    for text in HOSTILE:
        assert f"/word?word={text}&lang=fr" in links


def test_an_address_of_a_source_has_no_signs_that_turn_text() -> None:
    assert web_address("https://a.org/x%20y?q=\u202egpj\x1b#f") == "https://a.org/x%20y?q=%E2%80%AEgpj%1B#f"
    assert web_address("javascript:alert(1)") == ""
