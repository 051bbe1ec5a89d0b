"""The bundled sample: whole, permissively licensed, and good enough to align languages with."""

import os
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from isogloss.data.dictionary_formats.terms import is_word
from isogloss.data.errors import DownloadError, VocabularyError
from isogloss.data.sample import sample_concepts, sample_dictionary, sample_folder, sample_languages, sample_vectors
from isogloss.data.samples import make_sample
from isogloss.data.storage import file_hash
from isogloss.data.vectors import Matrix


def unit(matrix: Matrix) -> Matrix:
    normalised: Matrix = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return normalised


def translated_right(source: str, target: str, shuffle: bool = False) -> float:
    """The share of held-out CLDR words whose nearest neighbor (CSLS) after Procrustes is a translation."""
    x, y = sample_vectors(source), sample_vectors(target)
    random = np.random.default_rng(0)
    seeds, test = sample_dictionary(source, target).within(x, y).split(0.25, seed=random)
    left = unit(unit(x.matrix) - unit(x.matrix).mean(axis=0))
    right = unit(unit(y.matrix) - unit(y.matrix).mean(axis=0))
    columns = y.indices([pair.target for pair in seeds])
    columns = random.permutation(columns) if shuffle else columns
    u, _, vt = np.linalg.svd(left[x.indices([pair.source for pair in seeds])].T @ right[columns])
    cosine = left @ (u @ vt) @ right.T
    near = np.sort(cosine, axis=1)[:, -10:].mean(axis=1)[:, None] + np.sort(cosine, axis=0)[-10:].mean(axis=0)
    best = (2 * cosine - near).argmax(axis=1)
    return float(np.mean([y.words[best[x.row_of[word]]] in targets for word, targets in test.by_source.items()]))


def test_four_languages_have_two_thousand_words_of_a_hundred_dimensions() -> None:
    assert sample_languages() == ("en", "fi", "fr", "ja")
    for language in sample_languages():
        vectors = sample_vectors(language)
        assert (len(vectors), vectors.dimensions, vectors.language) == (2000, 100, language)
        assert all(is_word(word) and word == word.lower() for word in vectors.words)
        assert np.isfinite(vectors.matrix).all()
        assert np.linalg.norm(vectors.matrix, axis=1).min() > 0.1


def test_words_come_in_order_of_frequency() -> None:
    assert sample_vectors("en").words[:3] == ("the", "of", "to")
    assert sample_vectors("fi").words[:3] == ("ja", "on", "ei")


@pytest.mark.parametrize(("target", "pairs"), [("fr", 478), ("ja", 358), ("fi", 434)])
def test_there_are_seeds_between_english_and_each_language(target: str, pairs: int) -> None:
    seeds = sample_dictionary("en", target).within(sample_vectors("en"), sample_vectors(target))
    assert len(seeds) == pairs
    assert (seeds.origin.name, seeds.origin.licence) == ("CLDR 41", "Unicode-DFS-2016")


def test_dictionaries_go_both_ways() -> None:
    there, back = sample_dictionary("sw", "yo"), sample_dictionary("yo", "sw")
    assert {pair[:2] for pair in there} == {pair[:2] for pair in back.reversed()}
    assert len(there) > 200


@pytest.mark.parametrize(("target", "floor"), [("fr", 0.6), ("ja", 0.4), ("fi", 0.3)])
def test_cldr_words_held_out_are_found_again(target: str, floor: float) -> None:
    assert translated_right("en", target) > floor


def test_shuffled_seeds_find_nothing() -> None:
    assert translated_right("en", "fr", shuffle=True) < 0.03


def test_concepts_name_the_same_thing_in_many_languages() -> None:
    concepts = sample_concepts()
    languages = {language for names in concepts.values() for language in names}
    assert (len(concepts), len(languages)) == (686, 26)
    assert {"eu", "sw", "yo", "am", "cy", "zu", "hi", "ta"} <= languages
    assert concepts["emoji/🐈"]["en"] == "cat"
    assert concepts["emoji/🐈"]["fi"] == "kissa"
    assert all(is_word(word) for names in concepts.values() for word in names.values())


def test_a_language_that_is_not_in_the_sample_is_refused() -> None:
    with pytest.raises(VocabularyError, match="only en, fi, fr, ja"):
        sample_vectors("sw")
    with pytest.raises(VocabularyError, match="the sample has no mi words"):
        sample_dictionary("en", "mi")


def test_the_sample_is_small_and_every_file_is_accounted_for() -> None:
    folder = sample_folder()
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert sum(file.stat().st_size for file in files) < 3_000_000
    origin = (folder / "ORIGIN.md").read_text("utf-8")
    for file in folder.glob("*"):
        if file.suffix in (".safetensors", ".tsv"):
            assert file_hash(file) in origin, file.name
    for name, sha256 in (make_sample.CLDR, *make_sample.WHEELS.values()):
        assert name in origin
        assert sha256 in origin
    assert {file.name for file in (folder / "licences").iterdir()} == {
        "Apache-2.0.txt",
        "CC0-1.0.txt",
        "MIT.txt",
        "Unicode-DFS-2016.txt",
    }


def test_the_sample_is_found_through_the_package() -> None:
    assert (resources.files("isogloss.data.samples") / "concepts.tsv").is_file()


def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    name, _ = make_sample.WHEELS["en"]
    with pytest.raises(DownloadError, match="does not exist; fetch the package"):
        make_sample.make(tmp_path, tmp_path / "out")
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(DownloadError, match="fetch that version"):
        make_sample.make(tmp_path, tmp_path / "out")


def test_the_script_makes_the_very_same_files_again(tmp_path: Path) -> None:
    packages = Path(os.environ.get("ISOGLOSS_BENCH_DATA", ""))
    files = [name for name, _ in (make_sample.CLDR, *make_sample.WHEELS.values())]
    if not os.environ.get("ISOGLOSS_BENCH_DATA") or not all((packages / name).is_file() for name in files):
        pytest.skip("the packages are not here; ISOGLOSS_BENCH_DATA can name a folder that holds them")
    make_sample.make(packages, tmp_path)
    for file in tmp_path.iterdir():
        assert file_hash(file) == file_hash(sample_folder() / file.name)
