"""Takes a file of any format into a graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from isogloss.data.dictionary import Dictionary
from isogloss.data.dictionary_formats import tbx, tmx
from isogloss.data.dictionary_formats.file_names import languages_named
from isogloss.data.dictionary_formats.units import Gathered
from isogloss.data.errors import FormatError, damage_told
from isogloss.data.garbage_collection import garbage_collection_paused
from isogloss.data.language import language_code, matching_codes
from isogloss.data.left_out import LeftOut, lost, reasons_text
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import DICTIONARY_FORMATS, dictionary_format, naming, read_dictionary
from isogloss.data.unpacking import STDIN, on_disk
from isogloss.kg.exchange import jsonl, kaikki, ontolex, tsv, wn_lmf
from isogloss.kg.exchange.gathering import Import
from isogloss.kg.graph import Graph
from isogloss.kg.storage.loading import AboutConcept, Added


class _Multilingual(Protocol):
    """A module that reads files which name the languages of their words themselves."""

    def matches(self, path: Path) -> bool: ...

    def read(self, job: Import) -> Added: ...


class _OfUnits(Protocol):
    """A module that reads files whose units hold words of several languages."""

    def matches(self, path: Path) -> bool: ...

    def read_all(self, path: Path, source: str | None = None, target: str | None = None) -> Gathered: ...


UNITS: dict[str, _OfUnits] = {"tbx": tbx, "tmx": tmx}
MULTILINGUAL: dict[str, _Multilingual] = {"kaikki": kaikki, "ontolex": ontolex, "wn-lmf": wn_lmf}
FORMATS = ("jsonl", *MULTILINGUAL, *DICTIONARY_FORMATS)


@garbage_collection_paused()
def import_file(
    graph: Graph,
    path: Path | str,
    *,
    format: str | None = None,  # noqa: A002 (the name that the command line has for it)
    source: str | None = None,
    target: str | None = None,
    name: str | None = None,
    licence: str | None = None,
    anyway: bool = False,
    progress: Progress = silent,
) -> Added:
    """Add a dictionary, or an exported graph, to a graph that is open for writing.

    Args:
        graph: Where the pairs go.
        path: A file or folder, or a file in an archive (``words.zip/eng-fra.tei``).
        format: One of ``FORMATS``; found out where it is not given.
        source: Language of the headwords; where the file names languages itself, take only this one. FreeDict and
            StarDict dictionaries are named after both languages (``eng-fra.tei``), and need neither.
        target: Language of the translations, likewise.
        name: What the source is called, instead of what the file says.
        licence: Its SPDX licence, instead of what the file says.
        anyway: Whether to go on where more is left out than read.
        progress: Watches the reading.

    Raises:
        FormatError: The file is missing, damaged or of no known format, its languages are not named, or more of it is
            left out than read.
    """
    path = Path(path)
    with damage_told(path):
        plain = on_disk(path) if path.is_file() or not path.exists() else path
        with naming(plain, path):
            added = _imported(Import(graph, plain, source, target, name, licence, progress), format)
    if not anyway and (missing := lost(added.dropped)) > added.pairs:
        reasons = reasons_text(added.dropped, added.examples)
        expected = "a file that is mostly understood; check format and languages, or add --anyway (anyway=True)"
        raise FormatError.at(path, None, f"{added.pairs:,} pairs, and {missing:,} left out ({reasons})", expected)
    return added


def _imported(job: Import, format: str | None) -> Added:  # noqa: A002
    path, source, target = job.path, job.source, job.target
    if format == "jsonl" or (format is None and jsonl.matches(path)):
        if job.name is not None or job.licence is not None:
            raise FormatError(f"{path}: an exported graph names its own sources; leave --source-name and --licence out")
        return jsonl.read(path, job.graph, progress=job.progress)
    kind = format or next((name for name, module in MULTILINGUAL.items() if module.matches(path)), None)
    if kind in (None, "tsv") and tsv.matches(path):  # a table of our own, which names the languages of each pair
        return tsv.read(job)
    if kind in MULTILINGUAL:
        return MULTILINGUAL[kind].read(job)
    if not path.exists() and path != STDIN:
        raise FormatError(f"{path} does not exist; expected a file to import, check the path")
    of_units = UNITS.get(format) if format else next((units for units in UNITS.values() if units.matches(path)), None)
    if of_units is not None:
        codes = [language_code(code) for code in (source, target) if source and target and code]
        return _added_units(job, of_units.read_all(path, *codes))
    if source is None or target is None:
        source, target = _languages(job, format)
        return replace(_added(job, read_dictionary(path, source, target, format=format)), languages=(source, target))
    return _added(job, read_dictionary(path, source, target, format=format))


def _languages(job: Import, format: str | None) -> tuple[str, str]:  # noqa: A002
    """The languages in the name of a FreeDict or StarDict dictionary; names of other files are only a hint."""
    kind = format or dictionary_format(job.path)
    named, given = languages_named(job.path), [language_code(code) for code in (job.source, job.target) if code]
    if named and kind in ("freedict", "stardict") and {*given} <= {*named}:
        source, target = named
        turned = given == [target if job.source else source]
        return (target, source) if turned else named
    hint = f"{named[0]} --to {named[1]}, as its name suggests" if named else "and --to"
    raise FormatError(f"{job.path}: found a dictionary without named languages; name them with --from {hint}")


def _added_units(job: Import, units: Gathered) -> Added:
    """What the units of a file say of all languages, or of one and those that it is paired with."""
    graph, wanted = job.graph, job.source or job.target
    languages = {code for read in units.dictionaries for code in (read.source, read.target)}
    languages.update(code for keys in units.concepts.values() for words in keys.values() for code in words)
    if wanted is not None and not matching_codes(wanted, languages):
        has = ", ".join(sorted(languages))
        raise FormatError.at(job.path, None, f"no words in {wanted}", f"one of its languages: {has}")
    dropped, pairs = LeftOut(), 0
    for read, places in zip(units.dictionaries, units.places, strict=True):
        if wanted is None or matching_codes(wanted, (read.source, read.target)):
            added = _added(job, read, places)
            pairs += added.pairs
            dropped.include(added.dropped, added.examples)
    for origin, keys in units.concepts.items():
        chosen = {key: words for key, words in keys.items() if wanted is None or matching_codes(wanted, words)}
        added = graph.add_concepts(chosen, job.renamed(origin))
        definitions = units.definitions.get(origin, {})
        about = {key: AboutConcept(definition=definitions[key]) for key in chosen if key in definitions}
        graph.describe_concepts(about, job.renamed(origin))
        pairs += added.pairs
        dropped.include(added.dropped, added.examples)
    for language, tags in units.tags.items():
        graph.add_parts_of_speech(language, tags)
    return Added(pairs, dict(dropped), dropped.examples)


def _added(job: Import, read: Dictionary, places: list[int] | None = None) -> Added:
    read = replace(read, origin=job.renamed(read.origin))
    added = job.graph.add(read, places=places, progress=job.progress)
    if read.forms:
        job.graph.add(Dictionary.of(read.source, read.source, read.forms.items(), read.origin), relation="form_of")
    if read.synonyms:
        job.graph.add(Dictionary.of(read.source, read.source, read.synonyms, read.origin), relation="synonym")
    dropped = LeftOut()
    dropped.include(read.dropped, read.examples)
    dropped.include(added.dropped, added.examples)
    return Added(added.pairs, dict(dropped), dropped.examples)
