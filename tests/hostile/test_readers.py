"""Every format that is read, changed by chance: read, or refused in one line, within the limits of time and memory."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.data.writing import write_vectors
from isogloss.kg.exchange.exporting import FORMATS, export_graph
from isogloss.kg.exchange.importing import import_file
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import open_graph
from tests.data.dictionary_formats import test_cldr, test_freedict, test_lexical_formats, test_other_dictionaries
from tests.data.test_damage import fasttext_model
from tests.data.vector_formats import test_floret, test_spacy
from tests.hostile.harness import Attacks, Commands
from tests.hostile.mutation import mutate_file
from tests.kg.exchange import test_linked_lexicons

WORDS = tuple(f"w{row}é" for row in range(12))
MATRIX = np.random.default_rng(0).standard_normal((12, 3)).astype(np.float32)
LEXICAL = {
    name.lower(): value.encode()
    for name, value in vars(test_lexical_formats).items()
    if name in ("TMX", "TBX_2", "TBX_3", "JMDICT", "EDICT", "CEDICT", "CONCEPTNET")
}
PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
VECTORS = (
    *("x.vec", "x.vec.gz", "x.csv", "x.npy", "x.npz", "x.safetensors", "word2vec.bin", "fasttext.bin"),
    *("floret.txt", "spacy.whl", "spacy", "floret.whl"),
)
DICTIONARIES = (*LEXICAL, "tmx.xz", "muse.gz", "edict.bz2", "dix", "stardict", "cldr", "dictd", "tei")
EXPORTED = [kind for kind in FORMATS if kind not in ("gexf", "graphml", "wn-lmf")]  # from a graph without concepts
GRAPHS = (*EXPORTED, "wn-lmf", "kaikki", "kaikki.gz")
WORDNET = """<Lexicon id="{0}" label="{0}" language="{0}" email="a@b" license="CC0-1.0" version="1">
<LexicalEntry id="{0}-e"><Lemma writtenForm="{1}" partOfSpeech="n"/><Sense id="{0}-s" synset="{0}-1"/></LexicalEntry>
<Synset id="{0}-1" ili="i1" partOfSpeech="n"><Definition>an animal</Definition></Synset></Lexicon>"""


def vectors(folder: Path, name: str) -> Path:
    """A good file of vectors of a kind."""
    path = folder / name
    if name == "word2vec.bin":
        rows = (f"{word} ".encode() + row.tobytes() for word, row in zip(WORDS, MATRIX, strict=True))
        path.write_bytes(b"12 3\n" + b"".join(rows))
    elif name == "fasttext.bin":
        path.write_bytes(fasttext_model(folder))
        for rest in ("text", "model.bin"):
            (folder / rest).unlink()
    elif name == "x.safetensors":
        save_file({"vectors": MATRIX}, path, {"words": json.dumps(WORDS)})
    elif name == "x.npz":
        np.savez_compressed(path, vectors=MATRIX, words=np.array(WORDS))
    elif name == "x.csv":
        path.write_text("".join(f"{word},{','.join(map(str, row))}\n" for word, row in zip(WORDS, MATRIX, strict=True)))
    elif name == "spacy":
        return test_spacy.model_folder(folder, test_spacy.members())
    elif name == "spacy.whl":
        return Path(test_spacy.wheel(folder, test_spacy.members()))
    elif name == "floret.whl":
        return test_floret.wheel(folder)
    elif name == "floret.txt":
        return test_floret.text_table(folder)
    else:
        write_vectors(Vectors("en", WORDS, MATRIX), path)
        if name == "x.npy":
            (folder / "x.words").write_text("\n".join(WORDS) + "\n")
    return path


def dictionary(folder: Path, name: str) -> Path:
    """A good dictionary of a kind."""
    kind, _, packed = name.partition(".")
    if packed:
        content = LEXICAL.get(kind, b"dog chien\ncat chat\n")
        (folder / name).write_bytes(PACKED[packed](content))
        return folder / name
    if kind == "dix":
        return test_other_dictionaries.dix(folder, test_other_dictionaries.DIX)
    if kind == "stardict":
        return test_other_dictionaries.stardict(folder, [("dog", b"chien"), ("cat", b"1. chat 2. matou")])
    if kind == "cldr":
        return test_cldr.xml_folder(folder)
    if kind == "dictd":
        test_freedict.dictionary(folder, test_freedict.ENTRIES)
        return folder
    if kind == "tei":
        (folder / "eng-fra.tei").write_text(test_freedict.TEI)
        return folder / "eng-fra.tei"
    (folder / kind).write_bytes(LEXICAL[kind])
    return folder / kind


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a graph is written to, in every format that can be read again."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "dog.kaikki").write_text(json.dumps(test_linked_lexicons.DOG) + "\n")
    (folder / "x.tsv").write_text("dog\tchien\ncat\tchat\nhouse\tmaison\n")
    wordnets = WORDNET.format("en", "dog") + WORDNET.format("fr", "chien")
    start = '<?xml version="1.0" encoding="UTF-8"?><LexicalResource>'
    (folder / "out-wn-lmf").write_text(f"{start}{wordnets}</LexicalResource>")
    with open_graph(folder / "g.db", write=True, create=True) as graph:
        import_file(graph, folder / "dog.kaikki")
        import_file(graph, folder / "x.tsv", source="en", target="fr")
    with open_graph(folder / "g.db") as graph:
        for kind in EXPORTED:
            export_graph(graph, folder / f"out-{kind}", kind, Selection("en", "fr"))
    return folder


def changed(folder: Path, copy: Path, chance: random.Random) -> str:
    """A copy of ``folder`` in which one file is another or gone; returns which."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    file = chance.choice(sorted(file for file in copy.rglob("*") if file.is_file()))
    mutate_file(file, chance)
    return str(file.relative_to(copy))


@pytest.mark.parametrize("name", VECTORS)
def test_vectors(name: str, tmp_path: Path, commands: Commands, attacks: Attacks) -> None:
    (tmp_path / "good").mkdir()
    place = vectors(tmp_path / "good", name).relative_to(tmp_path / "good")
    (tmp_path / "list").write_text("dog\ncat\n")
    words = ["--words", str(tmp_path / "list")] if name.startswith("floret") else []
    assert commands.run("data", "info", tmp_path / "good" / place, "--lang", "en", *words).code == 0
    for chance in attacks.rounds(6):
        changed(tmp_path / "good", tmp_path / "bad", chance)
        attacks.judge(commands.run("data", "info", tmp_path / "bad" / place, "--lang", "en", *words))


@pytest.mark.parametrize("name", DICTIONARIES)
def test_dictionaries(name: str, tmp_path: Path, commands: Commands, attacks: Attacks) -> None:
    (tmp_path / "good").mkdir()
    place = dictionary(tmp_path / "good", name).relative_to(tmp_path / "good")
    languages = {"jmdict": "ja en", "edict": "ja en", "cedict": "zh en", "cldr": "en fi", "dix": "en es"}
    source, target = languages.get(name.partition(".")[0], "en fr").split()
    pair = ["--lang", source, "--to", target]
    assert commands.run("data", "info", tmp_path / "good" / place, *pair).code == 0
    for chance in attacks.rounds(6):
        changed(tmp_path / "good", tmp_path / "bad", chance)
        attacks.judge(commands.run("data", "info", tmp_path / "bad" / place, *pair))


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs(name: str, exported: Path, tmp_path: Path, commands: Commands, attacks: Attacks) -> None:
    (tmp_path / "good").mkdir()
    original = exported / ("dog.kaikki" if name.startswith("kaikki") else f"out-{name}")
    place = tmp_path / "good" / "it"
    if original.is_dir():
        shutil.copytree(original, place)
    else:
        content = original.read_bytes()
        place.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    own = name.partition(".")[0] in ("jsonl", "kaikki", "ntriples", "turtle", "wn-lmf")  # which name their languages
    pair = [] if own else ["--from", "en", "--to", "fr"]
    graph = ["--graph", str(tmp_path / "g.db")]
    imported = commands.run("kg", "import", place, *pair, *graph)
    assert imported.code == 0, str(imported)
    for chance in attacks.rounds(4):
        (tmp_path / "g.db").unlink(missing_ok=True)
        changed(tmp_path / "good", tmp_path / "bad", chance)
        attacks.judge(commands.run("kg", "import", tmp_path / "bad" / "it", *pair, *graph))


def test_word_lists(tmp_path: Path, commands: Commands, attacks: Attacks) -> None:
    write_vectors(Vectors("en", WORDS, MATRIX), tmp_path / "x.npy")
    for chance in attacks.rounds(6):
        (tmp_path / "list").write_text("\n".join(WORDS) + "\n")
        mutate_file(tmp_path / "list", chance)
        attacks.judge(commands.run("data", "info", tmp_path / "x.npy", "--lang", "en", "--words", tmp_path / "list"))


def test_a_dictionary_of_the_good_files_is_what_it_says(tmp_path: Path) -> None:
    """The files that are changed above are whole to begin with."""
    from isogloss.data.reading import read_dictionary

    dictionary_read = read_dictionary(dictionary(tmp_path, "tmx"), "en", "fr")
    assert isinstance(dictionary_read, Dictionary)
    assert ("dog", "chien") in {(pair.source, pair.target) for pair in dictionary_read}
