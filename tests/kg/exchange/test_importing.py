"""What the import of any format does beyond its reader."""

import shutil
from pathlib import Path

import pytest

from isogloss.data.errors import FormatError
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.graph import open_graph

ENTRY = "<entry><form><orth>w{}</orth></form><sense>{}</sense></entry>"
TRANSLATED = ENTRY.format(0, "<cit type='trans'><quote>mot</quote></cit>")


def tei(folder: Path, entries: str) -> Path:
    (folder / "eng-fra.tei").write_text(f"<TEI><text><body>{entries}</body></text></TEI>", "utf-8")
    return folder / "eng-fra.tei"


def test_an_import_that_leaves_out_more_than_it_reads_stops(tmp_path: Path) -> None:
    path = tei(tmp_path, TRANSLATED + "".join(ENTRY.format(number, "") for number in range(1, 6)))
    with pytest.raises(FormatError) as caught, open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, path, source="en", target="fr")
    message = str(caught.value)
    assert "1 pairs, and 5 left out (5 × entry without a translation, such as 'w1', 'w2', 'w3')" in message
    assert "--anyway" in message
    assert not (tmp_path / "g.db").exists()


def test_it_goes_on_where_that_is_wanted(tmp_path: Path) -> None:
    path = tei(tmp_path, TRANSLATED + ENTRY.format(1, "") * 2)
    with open_graph(tmp_path / "g.db", write=True) as graph:
        added = import_file(graph, path, source="en", target="fr", anyway=True)
    assert (added.pairs, added.dropped) == (1, {"entry without a translation": 2})


def test_what_is_no_translation_does_not_count_as_left_out(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        added = import_file(graph, tei(tmp_path, TRANSLATED * 9), source="en", target="fr")
    assert added.dropped == {"repeated pair": 8}


def test_files_that_name_their_languages_stop_likewise(tmp_path: Path) -> None:
    lines = ['{"word":"dog","lang_code":"en","translations":[{"code":"fr","word":"chien"}]}', *['{"translations'] * 3]
    (tmp_path / "k.jsonl").write_text("\n".join(lines).replace('{"translations', '{"translations"'), "utf-8")
    with open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, tmp_path / "k.jsonl", format="kaikki", anyway=True)
    with (
        pytest.raises(FormatError, match=r"3 left out \(3 × line that is not JSON"),
        open_graph(tmp_path / "h.db", write=True) as graph,
    ):
        import_file(graph, tmp_path / "k.jsonl", format="kaikki")
    assert not (tmp_path / "h.db").exists()


def test_inflected_forms_are_linked_to_their_headword(tmp_path: Path) -> None:
    (tmp_path / "a.ifo").write_text("StarDict's dict ifo file\nsametypesequence=m\n", "utf-8")
    (tmp_path / "a.idx").write_bytes(b"Hund\0" + (0).to_bytes(4, "big") + (3).to_bytes(4, "big"))
    (tmp_path / "a.dict").write_bytes(b"dog")
    (tmp_path / "a.syn").write_bytes(b"Hunde\0" + (0).to_bytes(4, "big"))
    with open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, tmp_path / "a.ifo", source="de", target="en")
    with open_graph(tmp_path / "g.db") as graph:
        assert [(edge.word.word, edge.relation) for edge in graph.neighbors("Hunde", "de")] == [("Hund", "form_of")]


TMX = """<?xml version="1.0"?><tmx version="1.4"><header/><body>
<tu><tuv xml:lang="en-GB"><seg>dog</seg></tuv><tuv xml:lang="fr"><seg>chien</seg></tuv>
<tuv xml:lang="de"><seg>Hund</seg></tuv></tu>
<tu><tuv xml:lang="en-US"><seg>color</seg></tuv><tuv xml:lang="en-GB"><seg>colour</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>chat</seg></tuv><tuv xml:lang="fi"><seg>kissa</seg></tuv></tu></body></tmx>"""
TBX = """<?xml version="1.0"?><tbx><text><body><conceptEntry>
<langSec xml:lang="en"><termSec><term>dog</term></termSec></langSec>
<langSec xml:lang="fr"><termSec><term>chien</term></termSec></langSec>
<langSec xml:lang="fi"><termSec><term>koira</term></termSec></langSec></conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize(
    ("content", "expected", "pairs"),
    [
        (TMX, {}, {("de", "en-GB", 1), ("de", "fr", 1), ("en-GB", "fr", 1), ("fi", "fr", 1)}),
        (TMX, {"source": "fi"}, {("fi", "fr", 1)}),
        (TMX, {"target": "en"}, {("de", "en-GB", 1), ("en-GB", "fr", 1)}),
        (TBX, {}, {("en", "fr", 1), ("en", "fi", 1), ("fi", "fr", 1)}),
    ],
)
def test_units_of_many_languages_are_read_without_naming_them(
    tmp_path: Path, content: str, expected: dict[str, str], pairs: set[tuple[str, str, int]]
) -> None:
    (tmp_path / "memory.xml").write_text(content, "utf-8")
    with open_graph(tmp_path / "g.db", write=True) as graph:
        assert import_file(graph, tmp_path / "memory.xml", **expected).pairs == len(pairs)  # type: ignore[arg-type]
        assert {(*sorted((language, other)), count) for language, other, count in graph.pairs()} == pairs


def test_a_language_that_no_unit_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "memory.tmx").write_text(TMX, "utf-8")
    refused = pytest.raises(FormatError, match="no words in sv, expected one of its languages: de, en-GB, fi, fr")
    with open_graph(tmp_path / "g.db", write=True) as graph, refused:
        import_file(graph, tmp_path / "memory.tmx", source="sv")


def test_units_of_one_language_are_refused(tmp_path: Path) -> None:
    (tmp_path / "memory.tmx").write_text(TMX.replace("fr", "en").replace("de", "en").replace("fi", "en"), "utf-8")
    with (
        open_graph(tmp_path / "g.db", write=True) as graph,
        pytest.raises(FormatError, match="no pair of two languages"),
    ):
        import_file(graph, tmp_path / "memory.tmx")


LEMON = """@prefix lemon: <http://lemon-model.net/lemon#> . @prefix tr: <http://purl.org/net/translation#> .
@prefix : <http://x/> .
:bench lemon:lexicalForm [ lemon:writtenRep "bench"@en ] . :banco lemon:lexicalForm [ lemon:writtenRep "banco"@es ] .
:s1 lemon:isSenseOf :bench . :s2 lemon:isSenseOf :banco . :t tr:translationSource :s1 ; tr:translationTarget :s2 ;
tr:translationCategory <http://purl.org/net/translation-categories#directEquivalent> .
"""
EQUIVALENT = """@prefix ontolex: <http://www.w3.org/ns/lemon/ontolex#> . @prefix : <http://x/> .
@prefix vartrans: <http://www.w3.org/ns/lemon/vartrans#> .
:bench ontolex:canonicalForm [ ontolex:writtenRep "bench"@en ] ; ontolex:sense :s1 .
:banco ontolex:canonicalForm [ ontolex:writtenRep "banco"@es ] ; ontolex:sense :s2 .
:t a vartrans:Translation ; vartrans:source :s1 ; vartrans:target :s2 ;
vartrans:category <http://purl.org/net/translation-categories#directEquivalent> .
"""


@pytest.mark.parametrize("content", [LEMON, EQUIVALENT])
def test_linked_lexicons_of_apertium_are_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.ttl").write_text(content, "utf-8")
    with open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, tmp_path / "x.ttl")
        assert graph.translate("bench", "en", "es").words == ("banco",)


def test_the_name_of_a_freedict_dictionary_names_its_languages(tmp_path: Path) -> None:
    with open_graph(tmp_path / "g.db", write=True) as graph:
        path = tei(tmp_path, TRANSLATED)
        assert import_file(graph, path).languages == ("en", "fr")
        assert import_file(graph, path, source="eng").languages == ("en", "fr")
        assert import_file(graph, path, source="fr").languages == ("fr", "en")
        assert import_file(graph, path, target="en").languages == ("fr", "en")
        with pytest.raises(FormatError, match="--from en --to fr"):
            import_file(graph, path, source="de")
        assert graph.translate("w0", "en", "fr")[0].word == "mot"


def test_a_name_of_one_language_names_none(tmp_path: Path) -> None:
    path = tei(tmp_path, TRANSLATED).rename(tmp_path / "fra-fra.tei")
    with pytest.raises(FormatError, match="--from and --to"), open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("en-fr.0-5000.txt", "--from en --to fr, as its name suggests"), ("my-words.txt", "--from and --to"),
     ("zq-fr.txt", "--from and --to")],
)  # fmt: skip
def test_other_names_are_only_a_hint(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / name).write_text("dog chien\ncat chat\n", "utf-8")
    with pytest.raises(FormatError) as caught, open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, tmp_path / name)
    assert str(caught.value).endswith(hint)


def test_synonyms_of_tei_are_edges_and_other_references_are_not(tmp_path: Path) -> None:
    references = (
        "<xr type='syn'><ref target='#g'>great</ref> <ref>large (of size)</ref><ref>big</ref></xr>"
        "<xr type='ant'><ref>small</ref></xr><cit type='trans'><quote>gros</quote></cit>"
        "<cit type='example'><quote>a big one</quote><xr type='syn'><ref>huge</ref></xr></cit>"
    )
    entry = "<entry><form><orth>big</orth></form><sense><cit type='trans'><quote>grand</quote></cit>{}</sense></entry>"
    other = (
        "<entry><form><orth>great</orth></form><sense><cit type='trans'><quote>grand</quote></cit>{}</sense></entry>"
    )
    path = tei(tmp_path, entry.format(references) + other.format("<xr type='syn'><ref>big</ref></xr>"))
    with open_graph(tmp_path / "g.db", write=True) as graph:
        import_file(graph, path, source="en", target="fr", anyway=True)
        assert graph.stats().relations == {"translation": 3, "synonym": 2}
        near = {neighbor.word.word for neighbor in graph.neighbors("big", "en") if neighbor.relation == "synonym"}
        assert near == {"great", "large"}
        assert [answer.word for answer in graph.translate("big", "en", "fr")] == ["grand", "gros"]


@pytest.mark.parametrize("format", ["zip", "gztar"])
def test_of_several_dictionaries_in_an_archive_the_one_that_is_named_is_read(tmp_path: Path, format: str) -> None:  # noqa: A002
    (tmp_path / "both" / "more").mkdir(parents=True)
    tei(tmp_path / "both", TRANSLATED)
    tei(tmp_path / "both" / "more", TRANSLATED + ENTRY.format(7, "<cit type='trans'><quote>sept</quote></cit>"))
    archive = Path(shutil.make_archive(str(tmp_path / "words"), format, tmp_path / "both"))
    with open_graph(tmp_path / "g.db", write=True) as graph:
        assert import_file(graph, archive / "eng-fra.tei").pairs == 1
        assert import_file(graph, archive / "more" / "eng-fra.tei").pairs == 2
        with pytest.raises(
            FormatError, match=r"no 'eng-spa.tei' in it, expected one of its files: '(\./)?eng-fra.tei'"
        ):
            import_file(graph, archive / "eng-spa.tei")
