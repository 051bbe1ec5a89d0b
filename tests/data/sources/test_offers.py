"""What the catalogue says there is, for languages and by name."""

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code, language_named
from isogloss.data.sources.catalogue import collections
from isogloss.data.sources.offers import freedict_name, known_language, offer, offers


def names(*languages: str) -> list[str]:
    return [offer.name for offer in offers(*languages)]


def test_what_there_is_for_basque() -> None:
    assert names("eu") == ["wiki/eu", "cc/eu", "cldr/en-eu", "apertium/eu-en", "kaikki/en", "kaikki/eu", "omw/eu"]


@pytest.mark.parametrize("called", ["Basque", "basque", "eus", "EU"])
def test_a_language_is_known_by_its_name_and_all_its_codes(called: str) -> None:
    assert names(called) == names("eu")


def test_a_macrolanguage_stands_for_its_main_member() -> None:
    assert "freedict/en-sw" in names("swh")
    assert "wiki/zh" in names("Mandarin")
    assert "muse/en-nb" in names("no")


def test_several_languages_have_what_joins_two_of_them() -> None:
    offered = names("en", "fr", "eu")
    assert {"wiki/en", "wiki/fr", "muse/en-fr", "muse/fr-en", "apertium/eu-en", "cldr/fr-eu", "omw/eu"} <= set(offered)
    assert "muse/en-de" not in offered
    assert "apertium/fr-es" not in offered


@pytest.mark.parametrize(
    ("text", "meant"), [("Basqe", r"eu \(Basque\)"), ("jp", r"ja \(Japanese\)"), ("cz", r"cs \(Czech\)")]
)
def test_a_language_that_is_none_is_refused_with_what_may_be_meant(text: str, meant: str) -> None:
    with pytest.raises(VocabularyError, match=f"unknown language '{text}'.*did you mean {meant}"):
        known_language(text)


def test_what_is_like_no_language_is_refused_without_a_guess() -> None:
    with pytest.raises(VocabularyError, match=r"such as eu or Basque$"):
        language_named("qqqqq")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("spacy/fr_core_news", "did you mean spacy/fr_core_news_md"),
        ("muse/en-fr/odd", "muse has no 'en-fr/odd'"),
        ("wiki", "wiki has no ''"),
        ("cldr/en-tlh", "cldr has no 'en-tlh'"),
        ("nowhere/en", "unknown name 'nowhere', expected one of wiki, "),
        ("wikt/en", "unknown name 'wikt', did you mean wiki\\? expected one of"),
        ("panlex", "panlex cannot be fetched.*see https://panlex.org"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, refusal: str) -> None:
    with pytest.raises(VocabularyError, match=refusal):
        offer(name)


def test_cldr_has_names_in_languages_of_which_it_has_none_of_emoji() -> None:
    assert offer("cldr/en-eo").languages == ("en", "eo")


def test_the_english_pipeline_is_one_with_the_vectors_of_frequent_words() -> None:
    assert offer("spacy/en_core_web_md").url.endswith("/en_core_web_md-3.7.1-py3-none-any.whl")
    assert offer("spacy/en_core_web_lg").url.endswith("/en_core_web_lg-3.8.0-py3-none-any.whl")


def test_every_name_is_one_and_leads_back_to_what_it_names() -> None:
    listed = offers()
    assert [name for name, count in Counter(entry.name for entry in listed).items() if count > 1] == []
    assert all(offer(entry.name) == entry for entry in listed if not entry.name.startswith("cldr/"))


def test_everything_that_is_listed_says_where_it_is_and_on_what_terms() -> None:
    assert len(offers()) > 100
    for listed in offers():
        assert all((listed.contents, listed.size, listed.licence, listed.terms, listed.homepage)), listed.name
        assert "{" not in listed.contents
        assert re.fullmatch(r"https://[\w.-]+/[\w./%+{}-]+", listed.url), listed.name
        assert listed.sha256 is None or re.fullmatch("[0-9a-f]{64}", listed.sha256), listed.name
        assert all(language_code(code) == code for code in listed.languages), listed.name


def test_every_published_hash_is_of_something_that_is_listed() -> None:
    table = tomllib.loads(resources.files("isogloss.data.sources").joinpath("catalogue.toml").read_text("utf-8"))
    assert set(table["wiki"]["sha256"]) == {key for key, it in collections()["wiki"].offers.items() if it.sha256}
    assert len(table["wiki"]["sha256"]) == 175


def test_every_pair_of_freedict_has_the_name_that_freedict_gives_it() -> None:
    assert freedict_name("no", "ku") == "nor-kur"
    for pair in collections()["freedict"].offers.values():
        assert re.fullmatch("[a-z]{3}-[a-z]{3}", freedict_name(*pair.languages)), pair.name
