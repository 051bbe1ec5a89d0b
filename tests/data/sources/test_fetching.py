import hashlib
import io
import json
import socket
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.errors import DownloadError, OutputError, VocabularyError
from isogloss.data.reading import read_dictionary, read_vectors
from isogloss.data.sources.catalogue import collections
from isogloss.data.sources.download import download, mirrored
from isogloss.data.sources.fetching import fetch
from isogloss.data.sources.offers import freedict_name, offer, remotes
from isogloss.data.storage import MARK
from tests.data.sources.server import Site, serving

VECTOR_PATH = "/fasttext/vectors-wiki/wiki.zu.vec"
CONTENT = b"20000 20\n" + b"".join(
    b"w%d %b\n" % (row, b" ".join(b"%f" % value for value in values))
    for row, values in enumerate(np.random.default_rng(0).standard_normal((20_000, 20)))
)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({VECTOR_PATH: CONTENT}) as site:
        yield site


def fetched(site: Site, folder: Path, **options: str | bool) -> Path:
    return fetch("wiki/zu", out=folder, mirror=site.url, **options)  # type: ignore[arg-type]


def test_vectors_are_fetched_and_read(site: Site, tmp_path: Path) -> None:
    path = fetched(site, tmp_path)
    assert path == tmp_path / "wiki.zu.vec"
    assert path.read_bytes() == CONTENT
    assert len(read_vectors(path, "zu")) == 20_000
    assert [file.name for file in tmp_path.iterdir()] == ["wiki.zu.vec"]


def test_a_fetch_that_was_cut_off_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.cut_after = 1_500_000
    with pytest.raises(DownloadError, match=r"ended after 1,\d+,\d+.* bytes; run the same command again"):
        fetched(site, tmp_path)
    have = (tmp_path / "wiki.zu.vec.isogloss-part").stat().st_size
    assert 0 < have <= 1_500_000
    assert not (tmp_path / "wiki.zu.vec").exists()
    site.cut_after = None
    assert fetched(site, tmp_path).read_bytes() == CONTENT
    assert site.requests[-1] == (VECTOR_PATH, f"bytes={have}-")
    assert [file.name for file in tmp_path.iterdir()] == ["wiki.zu.vec"]


def test_a_file_that_has_changed_is_fetched_from_its_beginning(site: Site, tmp_path: Path) -> None:
    site.cut_after = 1_500_000
    with pytest.raises(DownloadError):
        fetched(site, tmp_path)
    site.cut_after = None
    site.files[VECTOR_PATH] = CONTENT[::-1]
    assert fetched(site, tmp_path).read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_sends_it_all_again(site: Site, tmp_path: Path) -> None:
    (tmp_path / "wiki.zu.vec.isogloss-part").write_bytes(CONTENT[:1000])
    site.ranges = False
    assert fetched(site, tmp_path).read_bytes() == CONTENT


def test_a_part_that_is_whole_needs_nothing_more(site: Site, tmp_path: Path) -> None:
    (tmp_path / "wiki.zu.vec.isogloss-part").write_bytes(CONTENT)
    assert fetched(site, tmp_path, sha256=SHA256).read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(site: Site, tmp_path: Path) -> None:
    (tmp_path / "wiki.zu.vec.isogloss-part").write_bytes(CONTENT + b"more")
    assert fetched(site, tmp_path).read_bytes() == CONTENT


def test_a_wrong_hash_leaves_nothing_behind(site: Site, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=f"hash is {SHA256}, expected {'0' * 64}; the download was deleted"):
        fetched(site, tmp_path, sha256="0" * 64)
    assert not list(tmp_path.iterdir())


def test_a_hash_on_the_server_is_used(site: Site, tmp_path: Path) -> None:
    site.files[f"{VECTOR_PATH}.sha256"] = f"{'1' * 64}  wiki.zu.vec\n".encode()
    with pytest.raises(DownloadError, match="expected 1111"):
        fetched(site, tmp_path)
    site.files[f"{VECTOR_PATH}.sha256"] = f"{SHA256}  wiki.zu.vec\n".encode()
    assert fetched(site, tmp_path).read_bytes() == CONTENT


def test_something_that_is_no_hash_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="'abc' is not a hash: expected 64"):
        fetched(site, tmp_path, sha256="abc")


def test_a_file_with_the_right_hash_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    fetched(site, tmp_path)
    site.requests.clear()
    assert fetched(site, tmp_path, sha256=SHA256) == tmp_path / "wiki.zu.vec"
    assert site.requests == []


def test_a_file_in_the_way_is_replaced_only_when_asked(site: Site, tmp_path: Path) -> None:
    (tmp_path / "wiki.zu.vec").write_text("mine")
    with pytest.raises(OutputError, match="add --force"):
        fetched(site, tmp_path)
    assert (tmp_path / "wiki.zu.vec").read_text() == "mine"
    assert fetched(site, tmp_path, force=True).read_bytes() == CONTENT


def test_a_missing_file_is_said(site: Site, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"wiki\.sw\.vec: status 404 \(Not Found\), expected a file"):
        fetch("wiki/sw", out=tmp_path, mirror=site.url)
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_down_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(
        DownloadError, match=r"cannot be reached \(.*refused\); check the network, or fetch from a copy"
    ):
        fetch("wiki/zu", out=tmp_path, mirror=f"http://127.0.0.1:{port}")
    assert not list(tmp_path.iterdir())


def test_two_fetches_of_one_file_do_not_mix(site: Site, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "wiki.zu.vec.isogloss-part").open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another process is fetching this file"):
            fetched(site, tmp_path)


def test_a_folder_that_cannot_be_made_is_said(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        download(f"{site.url}{VECTOR_PATH}", tmp_path / "file" / "x.vec")


@pytest.mark.parametrize(
    ("part", "name"), [("", "en-fr.txt"), ("/train", "en-fr.0-5000.txt"), ("/test", "en-fr.5000-6500.txt")]
)
def test_a_dictionary_of_muse_is_fetched_and_read(tmp_path: Path, part: str, name: str) -> None:
    with serving({f"/arrival/dictionaries/{name}": b"dog chien\ncat chat\n"}) as site:
        path = fetch(f"muse/en-fr{part}", out=tmp_path, mirror=site.url)
    assert path == tmp_path / name
    assert len(read_dictionary(path, "en", "fr")) == 2


def annotations(language: str, names: dict[str, str], section: str) -> bytes:
    entries = {sign: {"default": [name], "tts": [name]} for sign, name in names.items()}
    return json.dumps({section: {"identity": {"language": language}, "annotations": entries}}).encode()


def test_the_names_of_cldr_are_fetched_and_read(tmp_path: Path) -> None:
    places = {
        remote.place: f"/unicode-org/cldr-json/41.0.0/cldr-json/{remote.place}"
        for remote in remotes(offer("cldr/en-fr"))
    }
    names = {"en": {"🐶": "dog", "🐱": "cat"}, "fr": {"🐶": "chien", "🐱": "chat"}}
    files = {
        url: annotations(language, names[language], "annotations")
        for place, url in places.items()
        for language in names
        if place == f"cldr-annotations-full/annotations/{language}/annotations.json"
    }
    assert len(files) == 2
    with serving(files) as site:
        folder = fetch("cldr/en-fr", out=tmp_path / "cldr", mirror=site.url)
        with pytest.raises(DownloadError, match="has no names in 'yo'"):
            fetch("cldr/en-yo", out=tmp_path / "other", mirror=site.url)
    assert not (tmp_path / "other").exists()
    dictionary = read_dictionary(folder, "en", "fr")
    assert {(pair.source, pair.target) for pair in dictionary} == {("dog", "chien"), ("cat", "chat")}


def freedict_archive(name: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for place, content in ((f"{name}/{name}.index", b"index"), (f"../../{name}.dict.dz", b"text")):
            member = tarfile.TarInfo(place)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo(f"{name}/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


def freedict_index(digest: str) -> bytes:
    base = "https://download.freedict.org/dictionaries/eng-fra"
    releases = [
        {"URL": f"{base}/1/old.dictd.tar.xz", "date": "2010-01-01", "checksum": "", "platform": "dictd"},
        {"URL": f"{base}/2/new.dictd.tar.xz", "date": "2020-01-01", "checksum": digest, "platform": "dictd"},
        {"URL": f"{base}/3/new.src.tar.xz", "date": "2021-01-01", "checksum": "", "platform": "src"},
    ]
    return json.dumps([{"software": {}}, {"name": "eng-fra", "releases": releases}]).encode()


def test_the_newest_release_of_freedict_is_fetched_and_unpacked_safely(tmp_path: Path) -> None:
    archive = freedict_archive("eng-fra")
    index = freedict_index(hashlib.sha512(archive).hexdigest())
    with serving({"/freedict-database.json": index, "/dictionaries/eng-fra/2/new.dictd.tar.xz": archive}) as site:
        folder = fetch("freedict/en-fr", out=tmp_path / "out", mirror=site.url)
        with pytest.raises(DownloadError, match="has no dictionary 'eng-swh'"):
            fetch("freedict/en-sw", out=tmp_path / "other", mirror=site.url)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name != MARK} == {
        "eng-fra.index": b"index",
        "eng-fra.dict.dz": b"text",
    }
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_an_archive_with_another_hash_is_refused(tmp_path: Path) -> None:
    files = {"/freedict-database.json": freedict_index("0" * 128)}
    files["/dictionaries/eng-fra/2/new.dictd.tar.xz"] = freedict_archive("eng-fra")
    with serving(files) as site, pytest.raises(DownloadError, match="expected 0000"):
        fetch("freedict/en-fr", out=tmp_path / "out", mirror=site.url)
    assert not list(tmp_path.iterdir())


WORDNET = b"""<?xml version="1.0"?>
<LexicalResource><Lexicon id="omw-eu" label="MCR" language="eu"/></LexicalResource>"""


def wordnet_archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for place, content in (("omw-eu/omw-eu.xml", WORDNET), ("omw-eu/LICENSE", b"CC BY")):
            member = tarfile.TarInfo(place)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


OMW_PATH = "/omwn/omw-data/releases/download/v2.0/omw-eu-2.0.tar.xz"


def test_a_wordnet_is_fetched_and_unpacked(tmp_path: Path) -> None:
    with serving({OMW_PATH: wordnet_archive()}) as site:
        file = fetch("omw/eu", out=tmp_path, mirror=site.url)
        with pytest.raises(OutputError, match="add --force"):
            fetch("omw/eu", out=tmp_path, mirror=site.url)
    assert file == tmp_path / "omw-eu-2.0" / "omw-eu.xml"
    assert file.read_bytes() == WORDNET
    assert [entry.name for entry in tmp_path.iterdir()] == ["omw-eu-2.0"]


def test_a_torn_wordnet_is_refused_and_leaves_no_folder(tmp_path: Path) -> None:
    with serving({OMW_PATH: wordnet_archive()[:100]}) as site, pytest.raises(DownloadError, match="is damaged"):
        fetch("omw/eu", out=tmp_path, mirror=site.url)
    assert not (tmp_path / "omw-eu-2.0").exists()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("apertium/eu-en", "/apertium/apertium-eu-en/master/apertium-eu-en.eu-en.dix"),
        ("kaikki/gd", "/dictionary/Scottish%20Gaelic/kaikki.org-dictionary-ScottishGaelic.jsonl"),
        ("wiktionary/fr", "/dictionary/downloads/fr/fr-extract.jsonl.gz"),
        ("oewn/en", "/static/english-wordnet-2025.xml.gz"),
    ],
)
def test_a_file_is_fetched_from_the_place_where_its_collection_has_it(tmp_path: Path, name: str, path: str) -> None:
    with serving({path: b"content"}) as site:
        assert fetch(name, out=tmp_path, mirror=site.url).read_bytes() == b"content"
        site.files.clear()
        with pytest.raises(DownloadError, match="status 404"):
            fetch(name, out=tmp_path / "other", mirror=site.url)


def test_what_has_another_hash_than_was_published_is_not_kept(tmp_path: Path) -> None:
    published = offer("spacy/fr_core_news_md")
    assert published.sha256 == "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e"
    with serving({published.url.removeprefix("https://github.com"): b"another model"}) as site:
        with pytest.raises(DownloadError, match=f"expected {published.sha256}; the download was deleted"):
            fetch(published.name, out=tmp_path, mirror=site.url)
        sha256 = hashlib.sha256(b"another model").hexdigest()
        assert fetch(published.name, out=tmp_path, mirror=site.url, sha256=sha256).read_bytes() == b"another model"


def test_the_addresses_are_those_of_the_projects() -> None:
    assert offer("wiki/zu").url == f"https://dl.fbaipublicfiles.com{VECTOR_PATH}"
    assert offer("cc/swa").url == "https://dl.fbaipublicfiles.com/fasttext/vectors-crawl/cc.sw.300.vec.gz"
    assert remotes(offer("wiki/nb"))[0].place == "wiki.no.vec"
    assert remotes(offer("muse/eng-fra"))[0].place == "en-fr.txt"
    assert freedict_name("en", "sw") == "eng-swh"
    assert mirrored("https://a.org/b/c.txt", "http://localhost:8000/copy/") == "http://localhost:8000/copy/b/c.txt"
    assert mirrored("https://a.org/b/c.txt", None) == "https://a.org/b/c.txt"


def test_terms_that_forbid_commercial_use_are_said() -> None:
    muse = collections()["muse"].common
    assert muse.licence == "CC-BY-NC-4.0"
    assert "NOT for commercial use" in muse.terms


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(VocabularyError, match="unknown name 'nowhere', expected one of wiki, cc"):
        fetch("nowhere/fr")
