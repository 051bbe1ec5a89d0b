"""What users correct in a graph that is open for writing: single translations, and sources as a whole."""

from __future__ import annotations

from isogloss.data.dictionary import Origin
from isogloss.data.errors import FormatError, VocabularyError, shown
from isogloss.data.language import language_code
from isogloss.kg.results import Word
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.additions import Additions
from isogloss.kg.storage.fusion import JUDGED
from isogloss.kg.storage.schema import SYNONYM, TRANSLATION
from isogloss.kg.storage.spelling import check_encodable, lemma
from isogloss.kg.storage.store import Store

USER = "user"  # the source of what users say, unless they name another


class Corrections(Additions):
    """The part of a graph that takes corrections."""

    def add_translation(
        self, word: str, translation: str, source: str, target: str, *, name: str = USER, licence: str = ""
    ) -> None:
        """Accept a translation: it becomes the first answer, with a probability near 1, and joins paths.

        Args:
            word: The word; it is added to the graph if it is not there.
            translation: Its translation, likewise.
            source: The language of the word.
            target: The language of the translation.
            name: The source that says so. Where several disagree about a pair, most of them decide.
            licence: Its SPDX licence.

        Raises:
            FormatError: A word is empty or no valid text, or it is its own translation.
            VocabularyError: A language is none.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        from isogloss.kg.storage.judgements import judge

        with self._adding() as loader:
            loader.settle()
            numbers = []
            for code, written in ((language_code(source), word), (language_code(target), translation)):
                check_encodable([written], name)
                if not (clean := lemma(written)):
                    raise FormatError(f"{name}: found an empty word, expected a translation")
                numbers.append(loader.words.numbers(code, [clean])[clean])
            if numbers[0] == numbers[1]:
                raise FormatError(f"{name}: found {word!r} as its own translation, expected another word")
            loader.store_words()
            relation = SYNONYM if language_code(source) == language_code(target) else TRANSLATION
            judge(loader, [(numbers[0], numbers[1])], relation, Origin(name, licence, JUDGED), accepted=True)

    def reject_translation(
        self, word: str, translation: str, source: str, target: str, *, name: str = USER, licence: str = ""
    ) -> None:
        """Reject a translation: no question, inference or exported dictionary has it any more, whoever states it.

        Arguments are those of ``add_translation``, which takes a rejection of the same source back.

        Raises:
            VocabularyError: The graph has no such word or language.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        from isogloss.kg.storage.judgements import judge

        self._writer()
        words, translations = self.lookup(word, source), self.lookup(translation, target)
        pairs = [
            (entry.id, translated.id) for entry in words for translated in translations if entry.id != translated.id
        ]
        relation = SYNONYM if language_code(source) == language_code(target) else TRANSLATION
        with self._adding() as loader:
            if pairs:
                judge(loader, pairs, relation, Origin(name, licence, JUDGED), accepted=False)

    def remove_source(self, name: str) -> int:
        """Remove everything that the sources of a name state, and the words that nothing else is known of.

        Returns:
            How many edges and members of concepts went.

        Raises:
            VocabularyError: No source has the name.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        from isogloss.kg.storage.removal import remove

        loader = self._writer()
        store = self._settled()
        with self._store.lock, sqlite.explained(self.path):
            removed = remove(store, self._named(store, name, joint=True))
        loader.forget()
        self._renew()
        return removed

    def set_quality(self, name: str, quality: float) -> None:
        """Set how far the sources of a name are trusted: their weights are multiplied by it.

        Raises:
            VocabularyError: No source has the name.
            ValueError: ``quality`` is not between 0 and 1.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        from isogloss.kg.storage.source_quality import set_quality

        if not 0 <= quality <= 1:
            raise ValueError(f"quality is {quality}, expected a number from 0 to 1")
        self._writer()
        store = self._settled()
        with self._store.lock, sqlite.explained(self.path):
            set_quality(store, self._named(store, name), quality)
        self._renew()

    def _named(self, store: Store, name: str, *, joint: bool = False) -> list[int]:
        """The numbers of the sources of a name; ``joint`` adds what two wordnets, this and another, have together."""
        rows = store.rows("SELECT name, id FROM source ORDER BY name")
        names = dict.fromkeys(row[0] for row in rows)
        if name not in names:
            raise VocabularyError(
                f"{self.path}: no source is called {name!r}, expected one of {shown(list(names), 20)}; "
                "'isogloss kg stats' lists them"
            )
        partners = names if joint else ()
        joint_names = {joined for partner in partners for joined in (f"{name} + {partner}", f"{partner} + {name}")}
        return [number for named, number in rows if named == name or named in joint_names]

    def lookup(self, word: str, language: str) -> list[Word]:
        """The entries of a word."""
        raise NotImplementedError

    def _settled(self) -> Store:
        raise NotImplementedError

    def _renew(self) -> None:
        raise NotImplementedError
