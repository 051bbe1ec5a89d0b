"""Bilingual lexicons as users meet them: built from vectors and seeds, saved, opened, asked, evaluated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.linalg import LinAlgError

from isogloss.data.compute import check_device, peak_memory
from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.words import WORD, check_template
from isogloss.data.errors import AlignmentError, FormatError, VocabularyError, damage_told
from isogloss.data.extras import naming_extras
from isogloss.data.in_memory import DictionaryLike, VectorsLike, as_dictionary, as_vectors
from isogloss.data.inspection import lost_lines, order_note
from isogloss.data.progress import Progress, silent
from isogloss.data.reading import read_vectors
from isogloss.data.reduction import reduced
from isogloss.data.sample import sample_dictionary
from isogloss.data.storage import refuse_to_overwrite
from isogloss.data.tables import ROWS, html_table
from isogloss.data.text.phrases import with_phrases
from isogloss.data.translation import Translations
from isogloss.data.vectors import VectorFile, Vectors
from isogloss.graph_pairs import Seeds, add_to_graph, evidence_of, known_pairs
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.transaction import check_writable
from isogloss.lexicon.alignment.seeds import facing
from isogloss.lexicon.alignment.validation import require_different
from isogloss.lexicon.induction import folder as folders
from isogloss.lexicon.induction.entries import COLUMNS, Entries, Entry
from isogloss.lexicon.induction.kinds import USUAL
from isogloss.lexicon.induction.selection import Goal
from isogloss.lexicon.induction.translator import Translator
from isogloss.lexicon.search.csls import Search

if TYPE_CHECKING:
    from isogloss.data.encoders.encoder import Encoder
    from isogloss.kg.graph import Graph
    from isogloss.lexicon.evaluation.word_translation import Evaluation
    from isogloss.lexicon.induction.pipeline import Induction
    from isogloss.lexicon.ranking.prior import Prior
    from isogloss.lexicon.search.blocks import Blocks


@dataclass(frozen=True, eq=False)
class Lexicon:
    """A bilingual lexicon: the induced pairs, and the model that translates any word with a vector.

    ``report`` is the content of ``report.json``: settings, seeds, held-out scores, times, warnings.
    """

    translator: Translator = field(repr=False)
    report: Mapping[str, Any] = field(repr=False)
    folder: Path | None = None
    induction: Induction | None = field(default=None, repr=False)

    @property
    def source(self) -> str:
        """The code of the source language."""
        return self.translator.source.language

    @property
    def target(self) -> str:
        """The code of the target language."""
        return self.translator.target.language

    @property
    def method(self) -> str:
        """The preset that built it."""
        return str(self.report["method"])

    @property
    def precision(self) -> float:
        """Precision at 1 (P@1) on held-out seed words; NaN where the report has none."""
        return float(self.report.get("precision_at_1", float("nan")))

    @property
    def teachers(self) -> tuple[str, ...]:
        """The dictionaries of other language pairs that pre-trained parts of it were trained on."""
        return tuple(self.report.get("teachers", ()))

    @cached_property
    def entries(self) -> Entries:
        """The induced pairs with score, probability and ranks: the lines of ``lexicon.tsv``."""
        if self.induction is not None:
            return self.induction.entries
        assert self.folder is not None  # it was built or opened
        return folders.read_entries(self.folder)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __str__(self) -> str:
        return f"{self.source}-{self.target}: {len(self):,} pairs by {self.method}, held-out P@1 {self.precision:.2f}"

    def __repr__(self) -> str:
        return f"<Lexicon {self}>"

    def _repr_html_(self) -> str:
        best = sorted(self.entries, key=lambda entry: -entry.probability)[:ROWS]
        return html_table(str(self), COLUMNS, best)

    @overload
    def translate(self, words: str, k: int = 10, *, reverse: bool = False) -> Translations: ...  # type: ignore[overload-overlap]

    @overload
    def translate(self, words: Iterable[str], k: int = 10, *, reverse: bool = False) -> dict[str, Translations]: ...

    def translate(
        self, words: str | Iterable[str], k: int = 10, *, reverse: bool = False
    ) -> Translations | dict[str, Translations]:
        """The ``k`` best translations of a word, or of each of many words, best first.

        Args:
            words: One word, or many; also words that are in the vectors but not in the lexicon, phrases of known words
                and, where the vectors have subwords, words that are not in the vectors.
            k: Translations of each word.
            reverse: From the target language to the source.

        Returns:
            The translations of the word, or those of each word by word; none for a word without a vector.
        """
        translator = self.translator.reversed() if reverse else self.translator
        if isinstance(words, str):
            return translator.translate([words], k)[words]
        return translator.translate(list(words), k)

    @naming_extras("Lexicon.evaluate", "lexicon")
    def evaluate(self, test: DictionaryLike, *, reverse: bool = False) -> Evaluation:
        """Precision at 1, 5 and 10, mean reciprocal rank and coverage on a test dictionary.

        Args:
            test: Gold translations from source to target: a dictionary, a path, pairs; all those of a word count.
            reverse: From the target language to the source; ``test`` then lists those pairs.

        Raises:
            VocabularyError: Fewer than a handful of test words have vectors on both sides.
        """
        from isogloss.lexicon.evaluation.word_translation import evaluate

        translator = self.translator.reversed() if reverse else self.translator
        gold = as_dictionary(test, translator.source.language, translator.target.language)
        return evaluate(translator, gold, seeds=int(self.report["seeds"]["pairs_used"]))

    def to_pandas(self) -> Any:
        """The induced pairs as a ``DataFrame`` with the columns of ``lexicon.tsv``; pandas has to be installed."""
        with naming_extras("Lexicon.to_pandas"):
            from pandas import DataFrame
        return DataFrame(list(self.entries), columns=list(COLUMNS))

    def dictionary(self) -> Dictionary:
        """The induced pairs as a ``Dictionary``: probability as weight, scores and ranks as evidence."""
        return self.entries.dictionary(self.source, self.target)

    def run(self) -> Run:
        """The run that built it, for the graph."""
        from isogloss import __version__

        return Run("lexicon build", self.report, self.report["settings"]["seed"], __version__)

    def save(self, folder: Path | str, *, force: bool = False) -> Path:
        """Write the lexicon to a folder, which ``open_lexicon`` opens; the folder is written whole or not at all.

        Vectors that were read from files are referred to by path and hash, others are saved in the folder.

        Raises:
            OutputError: ``folder`` exists and ``force`` is not set, or cannot be written.
        """
        if self.induction is None:
            assert self.folder is not None  # a lexicon is built or opened
            folders.copy(self.folder, Path(folder), force=force)
            return Path(folder)
        from isogloss.lexicon.evaluation.page import page

        induction = replace(self.induction, report=self.report)
        html = page(self.translator, induction.entries, self.report)
        folders.save(induction, self.translator.source, self.translator.target, Path(folder), html, force=force)
        return Path(folder)


@naming_extras("build_lexicon", "lexicon")
def build_lexicon(
    source: VectorsLike,
    target: VectorsLike,
    seeds: Seeds = "identical",
    *,
    languages: tuple[str, str] | None = None,
    method: str = "auto",
    search: Search = "auto",
    goal: Goal = "precision",
    min_precision: float | None = None,
    min_probability: float | None = None,
    leave_out: Collection[str] = USUAL,
    cut: int | None = None,
    effort: str = "normal",
    reduce: bool = False,
    device: str = "cpu",
    seed: int = 0,
    extra: Mapping[str, Dictionary] | None = None,
    prior: Prior | Path | str | None = None,
    evidence: Graph | Path | str | None = None,
    encoder: Encoder[str] | Path | str | None = None,
    encoder_template: str = WORD,
    cache: Path | None = None,
    out: Path | str | None = None,
    graph: Path | str | None = None,
    blocks: Blocks | int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> Lexicon:
    """Induce a bilingual lexicon from the word vectors of two languages and a seed dictionary.

    Args:
        source: Vectors of the source language: ``Vectors``, a path, gensim's ``KeyedVectors`` or ``(words, array)``.
        target: Vectors of the target language, of the same dimension unless ``reduce`` is set.
        seeds: A seed dictionary (``Dictionary``, path, list of pairs, dict, ``DataFrame``), ``identical`` to start from
            identical strings, or ``none`` to start from those and the bundled CLDR names. Where seeds are few, both
            join them if that helps on held-out seeds. A ``Graph``, or ``graph:`` before its file or URL, gives what
            users accept and dictionaries state there; what users reject is left out of the lexicon.
        languages: The codes of both languages, for vectors that do not name theirs.
        method: A preset such as ``muse``, ``vecmap`` or ``rcsls``; ``auto`` is ``self-trained``, with the kernel
            correction only where it helps on held-out words.
        search: ``exact``, ``approximate``, ``faiss``, or ``auto``, what costs least: exact, between 4,096 and 12,000
            words a side by a flat index of FAISS, above 100,000 approximate.
        goal: Pairs to keep: ``precision``, the surest, of which four in five are expected to be right; ``f1`` or
            ``recall``, those of the highest expected F1 or F2.
        min_precision: Keep as many pairs as have this expected precision, in place of ``goal``.
        min_probability: Keep all pairs of at least this probability, in place of both.
        leave_out: Kinds of pairs to leave out: some of ``identical``, ``numbers``, ``codes``, ``foreign`` (words of the
            other language in a vocabulary) and ``names``.
        cut: Only so many of the most frequent words take part in refinement and validation; by default as ``effort``
            has it.
        effort: ``quick`` trains on 10,000 words without self-training, ``normal`` on 20,000, ``thorough`` on 50,000.
        reduce: Bring the vectors of more dimensions to the number of the others by principal component analysis.
        device: A torch device: ``cpu``, ``cuda``, ``mps``.
        seed: The same seed gives the same lexicon.
        extra: Dictionaries that may join few seeds, by name; by default the bundled CLDR. Give ``{}`` where words of
            CLDR are the test.
        prior: What ``meta_train`` learned from other languages, or its folder; it helps where seeds are few. Without
            one, the bundled prior is the fallback where nothing else leads anywhere.
        evidence: A graph; translations that its other languages make probable count beside the ranker, as far as
            held-out seeds are ranked better so.
        encoder: A multilingual encoder of text, or the name of one as ``--encoder`` has it. It proposes candidates and
            counts beside the ranker, if held-out seeds are ranked better so.
        encoder_template: The text that it gets of a word: ``{word}`` is its place.
        cache: A folder that keeps what an ``encoder`` given by name says of each word.
        out: A folder to save the lexicon to (``Lexicon.save``).
        graph: A graph file that the pairs are added to, in place of those of an earlier build; made where there is
            none.
        blocks: Into how many blocks of source words the search of a large pair is divided, which takes less memory and
            is exact; ``lexicon.search.blocks.Blocks`` says who computes each.
        force: Overwrite ``out``.
        progress: Watches the long parts.

    Raises:
        VocabularyError: The dimensions differ, too few seeds are known words, no language of ``evidence`` joins the
            two, or there is no such device.
        FormatError: A file, an array or seeds do not hold what they should.
        CheckpointError: ``prior`` names no prior.
        AlignmentError: Held-out seeds are translated no better than chance.
        OutputError: ``out`` exists and ``force`` is not set.
        GraphError: The pairs cannot be added to ``graph``; found out before the build.
    """
    from isogloss.lexicon.alignment.encoded import encoded_by
    from isogloss.lexicon.induction.pipeline import Settings, induce
    from isogloss.lexicon.search.blocks import Blocks
    from isogloss.lexicon.self_learning.resources import Resources

    if out is not None:
        refuse_to_overwrite(Path(out), force, folder=True)
    if graph is not None:
        check_writable(graph)
    settings = Settings(
        method, cut, search, min_probability, device, seed, effort, goal, min_precision, tuple(leave_out)
    )
    settings.recipe()  # an unknown method is refused before long files are read
    check_device(device)
    check_template(encoder_template)
    codes = languages or (None, None)
    x, y = (as_vectors(value, code, progress=progress) for value, code in zip((source, target), codes, strict=True))
    gold, rejected = known_pairs(seeds, x.language, y.language)
    require_different(x, y)
    if reduce and x.dimensions != y.dimensions:
        fewer = min(x.dimensions, y.dimensions)
        x, y = (reduced(vectors, fewer) if vectors.dimensions > fewer else vectors for vectors in (x, y))
    notes = [f"{vectors.language} vectors: {note}" for vectors in (x, y) if (note := order_note(vectors.words))]
    if gold is not None:
        gold, turned = facing(gold, x, y)
        notes += [note for note in (turned, lost_lines(gold)) if note]
    if extra is None:
        extra = {} if isinstance(seeds, str) and seeds == "identical" else _bundled(x.language, y.language)
    if isinstance(prior, Path | str):
        from isogloss.meta.matching.prior import load

        prior = load(Path(prior))
    resources = Resources(
        extra,
        prior=prior,
        fallback=_bundled_prior if prior is None else None,
        encoded=encoded_by(encoder, x, y, encoder_template, seeds=gold, cache=cache, progress=progress),
        graph_evidence=None if evidence is None else evidence_of(evidence, x.language, y.language, progress),
        rejected=rejected,
    )
    try:
        divided = Blocks(blocks) if isinstance(blocks, int) else blocks
        induction = induce(x, y, gold, settings, resources, blocks=divided, progress=progress)
    except LinAlgError as error:
        raise AlignmentError(
            f"{x.language}-{y.language}: no map can be computed ({error}); the words may have too few different "
            "vectors, inspect them with 'isogloss data info'"
        ) from error
    report = {
        **induction.report,
        "warnings": [*notes, *induction.report["warnings"]],
        "precision_at_1": round(induction.precision, 4),
        "peak_memory_mb": peak_memory(),
    }
    lexicon = Lexicon(Translator(induction.model, x, y), report, induction=induction)
    if out is not None:
        lexicon.save(out, force=force)
    if graph is not None:
        add_to_graph(lexicon.dictionary(), graph, "lexicon build", report, seed, progress)
    return lexicon


@naming_extras("open_lexicon", "lexicon")
def open_lexicon(
    folder: Path | str,
    *,
    source_vectors: Vectors | Path | str | None = None,
    target_vectors: Vectors | Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Lexicon:
    """A saved lexicon, ready to translate any word that has a vector.

    Args:
        folder: What ``Lexicon.save`` or ``build_lexicon(out=…)`` wrote.
        source_vectors: The source vectors, or where they are now, if they have moved.
        target_vectors: The target vectors, or where they are now, if they have moved.
        cache: A folder for parsed vectors.
        progress: Watches the reading.

    Raises:
        FormatError: The folder is not that of a lexicon, or the vectors have changed since.
    """
    moved = {"source": source_vectors, "target": target_vectors}

    def read(side: str, file: VectorFile, language: str) -> Vectors:
        given = moved[side]
        if isinstance(given, Vectors):
            return given
        if given is not None and Path(file.path).parent == folder:  # they were made in Python, and saved here
            return _same(read_again(file, language, progress=progress), given, cache, progress)
        return read_again(file, language, moved=given, cache=cache, progress=progress)

    folder = Path(folder)
    return Lexicon(folders.translator(folder, read), folders.read_json(folder / folders.REPORT), folder)


def _same(saved: Vectors, given: Path | str, cache: Path | None, progress: Progress) -> Vectors:
    """``saved``, if the file ``given`` has the same vectors.

    Raises:
        FormatError: It has others.
    """
    vectors = read_vectors(given, saved.language, max_vocab=None, cache=cache, progress=progress)
    places = [vectors.find(word) for word in saved.words]
    if min(places) < 0 or not np.allclose(vectors.matrix[places], saved.matrix, rtol=1e-4, atol=1e-6):
        raise FormatError.at(
            Path(given),
            None,
            "vectors that differ from those of the build",
            "the same vectors; vectors.json in the folder names them",
        )
    return saved


def read_again(
    file: VectorFile,
    language: str,
    *,
    moved: Path | str | None = None,
    cache: Path | None = None,
    progress: Progress = silent,
) -> Vectors:
    """The vectors that something was built from, the same as then.

    Args:
        file: What they were read from.
        language: Their language.
        moved: Where they are now, if they have moved.
        cache: A folder for parsed vectors.
        progress: Watches the reading.

    Raises:
        FormatError: They have changed since.
    """
    path = moved or file.path
    vectors = read_vectors(
        path,
        language,
        max_vocab=file.max_vocab,
        lowercase=file.lowercase,
        words=file.words,
        cache=cache,
        progress=progress,
    )
    if vectors.file is None or vectors.file.sha256 != file.sha256:
        raise FormatError.at(
            Path(path), None, "content that has changed since the build", f"SHA-256 {file.sha256}; build again"
        )
    with damage_told(path):  # what names the vectors may have been forged
        vectors = with_phrases(vectors, file.phrases) if file.phrases else vectors
        return reduced(vectors, file.reduced_to) if file.reduced_to else vectors


def _bundled_prior() -> Prior:
    from isogloss.meta.matching.pretrained import pretrained_prior

    return pretrained_prior()


def _bundled(source: str, target: str) -> dict[str, Dictionary]:
    """CLDR's names of things, where the sample has them in both languages."""
    try:
        return {"CLDR": sample_dictionary(source, target)}
    except VocabularyError:
        return {}
