"""The graph: open it, add to it, ask it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.data.extras import naming_extras
from isogloss.data.progress import Progress, silent
from isogloss.data.text.parts_of_speech import part_of_speech
from isogloss.data.translation import Translations
from isogloss.kg.query import listing, translation
from isogloss.kg.query.catalogue import Catalogue
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.corrections import Corrections
from isogloss.kg.query.finding import EntryLookup
from isogloss.kg.query.neighborhoods import Terms
from isogloss.kg.query.snapshot import in_one_snapshot
from isogloss.kg.results import How, Neighbor, Stats
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.damage import blamed, damage, damage_told, telling_damage
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.transaction import opened

if TYPE_CHECKING:
    import networkx

    from isogloss.data.vectors import Vectors
    from isogloss.kg.query.adjacency import Adjacency
    from isogloss.kg.query.analogy import Analogy
    from isogloss.kg.results import Path as Route
    from isogloss.kg.storage.loading import Loader


class _Discarded(Exception):  # noqa: N818 (it says what happened, and nobody catches it)
    """Ends a session without effect."""


class Graph(EntryLookup, Corrections):
    """A multilingual lexical graph, open for reading, or for writing in a session that takes effect at its end.

    Use it as a context manager. ``licences`` of a query limits what the answer may be made from: SPDX licences, or
    the classes ``open``, ``sharealike``, ``noncommercial`` (each lets the milder ones through). Threads may share a
    graph; each that opens its own asks without waiting for the others.
    """

    def __init__(self, store: Store, path: Path | str, session: ExitStack, loader: Loader | None = None) -> None:
        self.path = path
        self._store = store
        self._session = session
        self._loader = loader
        self._stale = False  # whether something was added that is not in the tables yet
        self._version = store.data_version()
        self._moment: int | None = None  # the snapshot in which it was last asked for
        self._catalogue = Catalogue.of(self._store)

    @classmethod
    def open(cls, path: Path | str, *, write: bool = False, create: bool = True, in_place: bool = False) -> Self:
        """``isogloss.open_graph``, which has the arguments and errors."""
        session = ExitStack()
        store = session.enter_context(opened(path, write=write, create=create, in_place=in_place))
        try:
            with damage_told(store):
                return cls(store, store.path, session, _loader(store) if write else None)
        except BaseException as error:
            session.__exit__(type(error), error, error.__traceback__)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.close()
            return
        blame = blamed(self._store, error)
        self._discard()
        if blame is not None:
            raise blame from error

    def __repr__(self) -> str:
        return f"<Graph {self.path}: {len(self._catalogue.numbers)} languages>"

    def close(self) -> None:
        """Let go of the file; what was added takes its place in it."""
        try:
            if self._loader:
                with self._store.lock, sqlite.explained(self.path):
                    self._loader.settle()
        except BaseException:
            self._discard()
            raise
        self._session.close()

    # ---- adding

    def link_vectors(self, vectors: Vectors) -> int:
        """Note which row of ``vectors`` each word has, which is its frequency rank too; how many words have one.

        Raises:
            VocabularyError: The graph has no words of the language.
        """
        self._writer()
        numbers = self.language_numbers(vectors.language)
        from isogloss.kg.storage import vector_rows

        with self._store.lock, sqlite.explained(self.path):
            return sum(vector_rows.link(self._settled(), vectors, number) for number in numbers)

    # ---- what there is

    @telling_damage
    @in_one_snapshot
    def languages(self) -> tuple[str, ...]:
        """The codes of all languages, in alphabetical order."""
        self._settled()
        return tuple(sorted(self._catalogue.numbers))

    @telling_damage
    @in_one_snapshot
    def pairs(self) -> list[tuple[str, str, int]]:
        """Which two languages have translations, and how many; the first in the alphabet first, each two once."""
        return [
            (*pair, count) for pair, count in sorted(listing.coverage(self._settled(), self._catalogue.codes).items())
        ]

    @telling_damage
    def sources(self) -> tuple[Origin, ...]:
        """Everything that edges came from."""
        self._settled()
        return tuple(self._catalogue.sources.values())

    @telling_damage
    @in_one_snapshot
    def stats(self) -> Stats:
        """The graph in figures."""
        return listing.stats(self._settled(), self._catalogue.codes)

    @telling_damage
    @in_one_snapshot
    def dictionary(
        self,
        source: str,
        target: str,
        *,
        min_weight: float = 0.0,
        licences: Collection[str] | None = None,
        kinds: Collection[str] | None = None,
    ) -> Dictionary:
        """All direct translations between two languages, as one dictionary in alphabetical order.

        ``kinds`` keeps what comes from origins of these kinds: ``dictionary``, ``user`` and ``judgement`` (what users
        accepted) leave out what was computed.

        What one source says has the weights and the origin of that source. What several say is fused, as
        ``translate`` does it, and has an origin that names them all under the strictest licence.

        Raises:
            VocabularyError: The graph has no such language.
        """
        store = self._settled()
        ends = self.language_numbers(source), self.language_numbers(target)
        return listing.dictionary(
            store, ends, self._catalogue.codes, self._catalogue.terms(licences, kinds), min_weight
        )

    def check_schema(self) -> None:
        """Read the whole file and see that its tables are whole and as this version expects them.

        Raises:
            GraphError: They are not; the message says what was found.
        """
        store = self._settled()
        if store.postgres:
            return  # the server keeps its tables whole, and opening has compared them
        sqlite.check_schema(store.connection, Path(self.path))
        if problem := damage(store):
            raise GraphError(f"{self.path}: the file is damaged ({problem}); {sqlite.RESTORE}")

    # ---- asking

    @telling_damage
    @in_one_snapshot
    def translate(
        self,
        word: str,
        source: str,
        target: str,
        *,
        k: int = 10,
        via: str | Collection[str] | None = None,
        min_score: float = 0.0,
        licences: Collection[str] | None = None,
        pivots: bool = True,
        pos: str | None = None,
        sense: str | None = None,
    ) -> Translations:
        """What ``word`` means in another language, surest first, each with all that speaks for it.

        Args:
            word: The word, as written; without regard to case and accents where it is not found so.
            source: Its language.
            target: The language of the translations; the same as ``source`` gives synonyms.
            k: The most that come back.
            via: Only through a pivot word of this language, or of one of these; else directly and through any.
            min_score: Leave out what scores less.
            licences: Only from sources under these licences or classes of licences.
            pivots: Whether to go through pivot words at all, besides direct edges.
            pos: Only words that are this part of speech, such as ``noun``, or of which nobody knows what they are.
            sense: Only translations in a sense whose gloss or definition has this text in it.

        Raises:
            VocabularyError: The graph has no such word or language.
        """
        if not isinstance(word, str):
            raise TypeError(f"translate takes one word, not {word!r:.60}; ask for each of several")
        if k < 1:
            raise ValueError(f"k is {k}: ask for at least one translation")
        tag = None if pos is None else part_of_speech(pos)
        if tag == "":
            raise ValueError(f"pos is {pos!r}, expected a part of speech such as noun, verb or ADJ")
        wanted = k if pos is None and sense is None else max(k, translation.FINALISTS)
        sources, targets = self.language_numbers(source), self.language_numbers(target)
        named = [via] if isinstance(via, str) else via
        through = None if named is None else [number for code in named for number in self.language_numbers(code)]
        catalogue = self._catalogue
        question, terms = catalogue.question(sources, targets, through, pivots, wanted), catalogue.terms(licences)
        for matches in self._matches(word, source):
            search = translation.Search.of(matches, question, self._claims(terms), catalogue.codes)
            if chosen := search.best(min_score):
                explained = search.explained(word, chosen)
                if answers := explained if wanted == k else translation.only(explained, k, tag, sense):
                    return answers
            if (through is not None or not pivots) and matches[0].how is How.WRITTEN:
                break  # the word may have the translations that are not wanted
        return Translations(word)

    def synonyms(
        self, word: str, language: str, *, k: int = 10, min_score: float = 0.0, licences: Collection[str] | None = None
    ) -> Translations:
        """Words of the same language that mean the same: given as such, or translated alike."""
        return self.translate(word, language, language, k=k, min_score=min_score, licences=licences)

    @telling_damage
    @in_one_snapshot
    def neighbors(
        self, word: str, language: str, *, k: int | None = None, licences: Collection[str] | None = None
    ) -> list[Neighbor]:
        """The words at the other ends of all edges of a word, by relation and language, surest first."""
        words = self.lookup(word, language)
        return listing.neighbors(self._claims(self._catalogue.terms(licences)), words, self._catalogue.codes)[:k]

    @telling_damage
    @in_one_snapshot
    def concepts(self, word: str, language: str) -> dict[str, dict[str, tuple[str, ...]]]:
        """The concepts that a word belongs to: the words of each, by language."""
        numbers = [entry.id for entry in self.lookup(word, language)]
        return listing.concepts(self._store, numbers, self._catalogue.codes)

    @telling_damage
    @in_one_snapshot
    def paths(
        self,
        start: tuple[str, str],
        end: tuple[str, str],
        *,
        k: int = 3,
        max_steps: int = 4,
        licences: Collection[str] | None = None,
    ) -> list[Route]:
        """The ``k`` best ways of at most ``max_steps`` edges between two words, each given with its language."""
        from isogloss.kg.query.paths import paths

        starts, ends = ([entry.id for entry in self.lookup(*word)] for word in (start, end))
        claims = self._claims(self._catalogue.terms(licences))
        return paths(claims, starts, ends, self._catalogue.codes, k=k, max_steps=max_steps)

    @telling_damage
    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        source: str,
        target: str,
        *,
        third: str | None = None,
        k: int = 10,
        aligned: bool = False,
        vectors: Mapping[str, Vectors] | None = None,
        progress: Progress = silent,
    ) -> Analogy:
        """What completes "``a`` is to ``b`` as ``c`` is to …", by the vectors joined to the words.

        Args:
            a: A word.
            b: What it is to.
            c: The word whose counterpart is sought.
            source: The language of ``a`` and ``b``.
            target: The language of the answers.
            third: The language of ``c``; that of the answers unless it says otherwise.
            k: The most answers that come back.
            aligned: The files of vectors share a space already; else translations of the graph turn them.
            vectors: Vectors by language, where they are at hand; else the files that were joined are read.
            progress: Watches the reading.

        Raises:
            VocabularyError: A language or a word has no vector, or too few translations join the languages.
            GraphError: A file of vectors is not the one that was joined.
        """
        from isogloss.kg.query.analogy import analogy
        from isogloss.kg.query.embeddings import space_of

        third = target if third is None else third
        spaces = {
            code: space_of(self.store, self.language_numbers(code), code, (vectors or {}).get(code), progress)
            for code in dict.fromkeys((target, source, third))
        }
        return analogy(
            spaces, lambda code: self.dictionary(code, target), (a, b, c), (source, third, target), k=k, aligned=aligned
        )

    @telling_damage
    @naming_extras("Graph.adjacency")
    def adjacency(
        self,
        relation: str = "translation",
        languages: Collection[str] | None = None,
        *,
        licences: Collection[str] | None = None,
    ) -> Adjacency:
        """The edges of a relation as a sparse matrix over the words of ``languages``, or of all."""
        from isogloss.kg.query.adjacency import adjacency

        store = self._settled()
        number = store.value("SELECT id FROM relation WHERE code = ?", (relation,))
        if number is None:
            raise VocabularyError(f"unknown relation {relation!r}, expected one such as translation or synonym")
        chosen = None if languages is None else [number for code in languages for number in self.language_numbers(code)]
        return adjacency(store, number, chosen, self._catalogue.codes, self._catalogue.terms(licences))

    @telling_damage
    @naming_extras("Graph.subgraph")
    def subgraph(self, word: str, language: str, *, hops: int = 2, limit: int = 200) -> networkx.Graph:
        """The surroundings of a word, at most ``limit`` words in all, the surest first.

        A node is ``language:word`` and has ``word`` and ``language``; an edge has ``relation``, ``weight`` and
        ``sources``.
        """
        from isogloss.kg.query.subgraph import reach, surroundings

        words = self.lookup(word, language)
        terms = self._catalogue.terms(None)
        return surroundings(reach(self._store, words, self._catalogue.codes, terms, hops=hops, limit=limit), terms)

    # ---- within

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read in the block is of one state; who writes in place has to wait for its end."""
        with self._store.snapshot():
            yield

    def _discard(self) -> None:
        """Let go of the file; what was added is thrown away."""
        reason = _Discarded()  # not the error of the caller, which is no error of the graph
        self._session.__exit__(_Discarded, reason, None)

    @property
    def store(self) -> Store:
        """The tables, for queries that have no method here; everything added is in them."""
        return self._settled()

    @property
    def catalogue(self) -> Catalogue:
        """The languages and sources by number, for queries that have no method here."""
        self._settled()
        return self._catalogue

    def _settled(self) -> Store:
        if self._stale and self._loader:
            with self._store.lock, sqlite.explained(self.path):
                if self._stale:  # no other thread was first
                    self._loader.settle()
                    self._renew()
                    self._stale = False
        elif not self._loader and (self._moment is None or self._moment != self._store.moment):
            self._moment = self._store.moment  # within a snapshot nothing changes
            if (version := self._store.data_version()) != self._version:  # another process wrote in place
                self._renew()
                self._version = version
        return self._store

    def _renew(self) -> None:
        self._catalogue = Catalogue.of(self._store)

    def _claims(self, terms: Terms) -> Claims:
        return Claims(self._store, terms, self._catalogue.explained)


def _loader(store: Store) -> Loader:
    from isogloss.kg.storage.loading import Loader  # brings the tables, which only writing needs

    return Loader(store)


def open_graph(path: Path | str, *, write: bool = False, create: bool = True, in_place: bool = False) -> Graph:
    """``Graph.open``."""
    return Graph.open(path, write=write, create=create, in_place=in_place)
