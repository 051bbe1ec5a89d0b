"""What the catalogue has for a language, for several, or by a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

import langcodes

from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code, language_named, matching_codes
from isogloss.data.sources.catalogue import Collection, Offer, collections
from isogloss.data.suggestions import alike

MUSE_PARTS = {"all": "", "train": ".0-5000", "test": ".5000-6500"}  # by frequency rank of the source word
FREEDICT_NAMES = {"sw": "swh"}  # where it is not the ISO 639-3 code of the language
_CLDR_FILES = (
    "cldr-annotations-full/annotations/{}/annotations.json",
    "cldr-annotations-derived-full/annotationsDerived/{}/annotations.json",
    "cldr-localenames-full/main/{}/languages.json",
    "cldr-localenames-full/main/{}/scripts.json",
    "cldr-localenames-full/main/{}/territories.json",
    "cldr-numbers-full/main/{}/currencies.json",
)


@dataclass(frozen=True)
class Remote:
    """A file to fetch to ``place``, a path below the folder of the fetch.

    ``optional`` files are left out where the server does not have them.
    """

    url: str
    place: str
    optional: bool = False


def offers(*languages: str) -> tuple[Offer, ...]:
    """What there is for one language; for several, what is in one of them or joins two; for none, everything.

    Args:
        languages: Codes or English names; a macrolanguage and its main member count as one.

    Raises:
        VocabularyError: There is no such language.
    """
    requested = tuple(dict.fromkeys(map(known_language, languages)))
    return tuple(chain.from_iterable(_of(collection, requested) for collection in collections().values()))


def offer(name: str) -> Offer:
    """What is called ``name``: ``wiki/eu``, ``muse/en-fr``, ``muse/en-fr/train``, ``spacy/fr_core_news_md``.

    Raises:
        VocabularyError: There is nothing of this name, or it cannot be fetched.
    """
    first, _, key = name.partition("/")
    collection = collections().get(first)
    if collection is None:
        meant = f"did you mean {similar[0]}? expected " if (similar := alike(first, collections(), 1)) else "expected "
        raise VocabularyError(f"unknown name {first!r}, {meant}one of {', '.join(collections())}")
    if not collection.common.url:
        raise VocabularyError(f"{first} cannot be fetched: {collection.common.terms}; see {collection.common.homepage}")
    match = next(_called(collection, key), None)
    if match is None:
        similar = [f"{first}/{alike_key}" for alike_key in alike(key, collection.offers)]
        hint = f"did you mean {', '.join(similar)}? " if similar else ""
        raise VocabularyError(f"{first} has no {key!r}; {hint}`isogloss data list` prints all names")
    return match


def known_language(text: str) -> str:
    """The code of a language given by code or name, with suggestions from the catalogue where there is none.

    Raises:
        VocabularyError: There is none.
    """
    return language_named(text, set().union(*(collection.languages for collection in collections().values())))


def remotes(offer: Offer) -> Sequence[Remote]:
    """The files of an offer; of FreeDict, its index."""
    if offer.reading == "cldr":
        places = [place.format(code) for code in dict.fromkeys(offer.languages) for place in _CLDR_FILES]
        return tuple(Remote(offer.url.format(place), place, optional=True) for place in places)
    return (Remote(offer.url, offer.url.rpartition("/")[2]),)


def freedict_name(source_language: str, target_language: str) -> str:
    """What FreeDict calls a pair of languages: ``eng-fra``.

    Raises:
        VocabularyError: A language has no code of three letters.
    """
    try:
        codes = (language_code(source_language), language_code(target_language))
        return "-".join(FREEDICT_NAMES.get(code) or langcodes.Language.get(code).to_alpha3() for code in codes)
    except LookupError as error:
        raise VocabularyError(f"{error}; FreeDict names languages by codes of three letters such as eng") from error


def _of(collection: Collection, requested: Sequence[str]) -> Iterator[Offer]:
    """What a collection has for the languages asked for."""
    if requested and collection.common.reading == "cldr":
        codes = [same[0] for code in requested if (same := matching_codes(code, collection.offers))]
        if len(requested) == 1 and codes:  # with English it stands for all
            codes = ["en", *codes] if codes != ["en"] else ["en", "fr"]
        yield from (_pair(collection, *two) for two in combinations(codes, 2))
        return
    for key, candidate in collection.offers.items():
        if not requested or key == collection.everywhere or _concerns(candidate, requested):
            yield candidate


def _concerns(offer: Offer, requested: Sequence[str]) -> bool:
    meant = [any(matching_codes(wanted, [code]) for wanted in requested) for code in offer.languages]
    return all(meant) if len(requested) > 1 else any(meant)


def _called(collection: Collection, key: str) -> Iterator[Offer]:
    """What a key names, whichever code of a language it has: ``eng`` is ``en``."""
    if key in collection.offers and collection.common.reading != "cldr":
        yield collection.offers[key]
    elif collection.name == "muse" and (part := MUSE_PARTS.get(key.partition("/")[2])) is not None:
        for complete in _called(collection, key.partition("/")[0]):
            url = f"{complete.url.removesuffix('.txt')}{part}.txt"
            yield replace(complete, name=f"{collection.name}/{key}", url=url)
    else:
        for languages in _languages_in(key):
            yield from _in(collection, languages)


def _in(collection: Collection, languages: Sequence[str]) -> Iterator[Offer]:
    """What is in these languages, in this order; FreeDict may have more of them than is listed."""
    if collection.common.reading in ("cldr", "freedict"):
        spoken = {*collection.offers, *collection.unlisted}
        if len(languages) == 2 and (not collection.unlisted or all(matching_codes(code, spoken) for code in languages)):
            yield _pair(collection, *languages)
        return
    for candidate in collection.offers.values():
        pairs = zip(languages, candidate.languages, strict=False)
        if len(languages) == len(candidate.languages) and all(matching_codes(wanted, [code]) for wanted, code in pairs):
            yield candidate


def _pair(collection: Collection, first: str, second: str) -> Offer:
    listed = collection.offers.get(f"{first}-{second}")
    return listed or replace(
        collection.common,
        name=f"{collection.name}/{first}-{second}",
        languages=(first, second),
        contents=collection.common.contents.replace("{}", "an unknown number of"),
    )


def _languages_in(key: str) -> Iterator[tuple[str, ...]]:
    """The languages that a key may name: one, or two with a hyphen between, of which codes may have some, too."""
    parts = key.split("-")
    for cut in range(len(parts)):
        texts = ["-".join(parts[:cut]), "-".join(parts[cut:])] if cut else [key]
        try:
            yield tuple(map(language_code, texts))
        except VocabularyError:
            continue
