"""The public collections, with all that they offer and on what terms: the table ``catalogue.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal
from urllib.parse import quote

Kind = Literal["vectors", "dictionary", "wordnet"]
Reading = Literal["file", "archive", "freedict", "cldr"]  # how what is fetched becomes what is read


@dataclass(frozen=True)
class Offer:
    """Something to fetch, on these terms.

    ``name`` is what `isogloss data fetch` takes. ``languages`` are one, or those of headwords and translations.
    ``sha256`` is there where one is published. ``graph`` says that only `isogloss kg import` reads it. What has no
    ``url`` cannot be fetched.
    """

    name: str
    kind: Kind
    languages: tuple[str, ...]
    contents: str
    size: str
    licence: str
    terms: str
    homepage: str
    url: str
    sha256: str | None
    graph: bool
    reading: Reading

    @property
    def amount(self) -> str:
        """How much there is to fetch, in words that need no heading."""
        return self.size if self.size[-1:] == "B" else f"size {self.size}"


@dataclass(frozen=True)
class Collection:
    """A public collection.

    ``common`` is what is true of all that it offers; ``offers`` are by their key, the name without that of the
    collection; what is called ``everywhere`` concerns every language; ``unlisted`` are languages of which it has less
    than of those that are listed.
    """

    name: str
    title: str
    common: Offer
    offers: Mapping[str, Offer]
    everywhere: str
    unlisted: frozenset[str]

    @property
    def languages(self) -> set[str]:
        """The languages that anything here is in."""
        return {code for offer in self.offers.values() for code in offer.languages}


@cache
def collections() -> Mapping[str, Collection]:
    """All collections by name."""
    table = resources.files("isogloss.data.sources").joinpath("catalogue.toml").read_text("utf-8")
    return {name: _collection(name, about) for name, about in tomllib.loads(table).items()}


def _collection(name: str, about: Mapping[str, Any]) -> Collection:
    common = Offer(
        name=name,
        kind=about["kind"],
        languages=(),
        contents=about["contents"],
        size=about.get("size", "by file"),
        licence=about["licence"],
        terms=about["terms"],
        homepage=about["homepage"],
        url=about.get("url", ""),
        sha256=None,
        graph=about.get("to") == "graph",
        reading=about.get("reading", "file"),
    )
    files = dict(_key_and_file(listed) for listed in about.get("keys", "").split())
    entries, hashes = about.get("entries", {}), about.get("sha256", {})
    files |= {key: key for key in entries if key not in files}
    offers = {
        key: _offer(common, key, file, {"sha256": hashes.get(key), **entries.get(key, {})})
        for key, file in files.items()
    }
    return Collection(
        name, about["title"], common, offers, about.get("everywhere", ""), frozenset(about.get("unlisted", "").split())
    )


def _key_and_file(listed: str) -> tuple[str, str]:
    key, _, file = listed.partition("=")
    return key, file or key


def _offer(common: Offer, key: str, file: str, own: Mapping[str, Any]) -> Offer:
    """What the table says of a key; the rest is as in the whole collection."""
    stated = {part: own[part] for part in ("contents", "size", "licence", "sha256") if own.get(part)}
    offer = replace(common, name=f"{common.name}/{key}", languages=_languages(common.kind, key, own), **stated)
    contents = offer.contents.replace("{}", own.get("what", ""))
    return replace(offer, contents=contents, url=own.get("url") or _address(common, file))


def _languages(kind: Kind, key: str, own: Mapping[str, Any]) -> tuple[str, ...]:
    if "language" in own:
        return (own["language"],)
    return tuple(key.split("-")) if kind == "dictionary" and key.count("-") == 1 else (key,)


def _address(common: Offer, file: str) -> str:
    """The address of a file; a name of several words has underscores in the table."""
    if common.reading in ("freedict", "cldr"):
        return common.url
    spaced = file.replace("_", " ") if "{joined}" in common.url else file
    return common.url.replace("{}", quote(spaced)).replace("{joined}", quote(spaced.replace(" ", "")))
