"""The graph as users meet it: words in many languages, filled from files and lexicons, asked, inferred from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.data.dictionary import Dictionary
from isogloss.data.encoders.words import WORD
from isogloss.data.extras import naming_extras
from isogloss.data.progress import Progress, silent
from isogloss.kg import graph as kg
from isogloss.kg.storage.run import Run

if TYPE_CHECKING:
    from isogloss.data.encoders.encoder import Encoder
    from isogloss.data.vectors import Vectors
    from isogloss.kg.exchange.difference import Pairs
    from isogloss.kg.exchange.exporting import Exported
    from isogloss.kg.inference.pipeline import Inference
    from isogloss.kg.storage.loading import Added
    from isogloss.lexicons import Lexicon  # which loads torch; a graph needs none


class Graph(kg.Graph):
    """A multilingual lexical graph, open for reading, or for writing in a session that takes effect at its end.

    Use it as a context manager. ``licences`` of a query limits what the answer may be made from: SPDX licences, or
    the classes ``open``, ``sharealike``, ``noncommercial`` (each lets the milder ones through). Threads may share a
    graph; each that opens its own asks without waiting for the others.
    """

    def add(
        self,
        pairs: Dictionary | Lexicon,
        *,
        relation: str | None = None,
        run: Run | None = None,
        places: Sequence[int] | None = None,
        progress: Progress = silent,
    ) -> Added:
        """Add a dictionary with its origin, or a lexicon with the run that induced it.

        Args:
            pairs: A ``Dictionary``, or what ``build_lexicon`` or ``open_lexicon`` returned.
            relation: ``translation``, or ``synonym`` where both languages are one, unless it says otherwise.
            run: The run that made the pairs; a lexicon has its own.
            places: Of the translations in the articles on their words, from 1; by default the order of the pairs.
            progress: Watches the loading.

        Raises:
            FormatError: A weight is no probability, or a word no valid text.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        if not isinstance(pairs, Dictionary):
            run = run or pairs.run()
            pairs = pairs.dictionary()
        return super().add(pairs, relation=relation, run=run, places=places, progress=progress)

    def import_file(
        self,
        path: Path | str,
        source: str | None = None,
        target: str | None = None,
        *,
        format: str | None = None,  # noqa: A002 (the name that the command line has for it)
        name: str | None = None,
        licence: str | None = None,
        anyway: bool = False,
        progress: Progress = silent,
    ) -> Added:
        """Add a dictionary, or an exported graph, from a file.

        Args:
            path: A file or folder.
            source: Language of the headwords; where the file names its languages itself, take only this one.
            target: Language of the translations, likewise.
            format: The format, such as ``freedict`` or ``wn-lmf``; recognised from the content by default.
            name: What the source is called, instead of what the file says.
            licence: Its SPDX licence, instead of what the file says.
            anyway: Whether to go on where more is left out than read.
            progress: Watches the reading.

        Returns:
            How many pairs were added, and what was left out, by reason.

        Raises:
            FormatError: The file is missing, damaged or of no known format, its languages are not named, or more of it
                is left out than read.
            GraphError: The graph is open for reading only, or the disk refuses.
        """
        from isogloss.kg.exchange.importing import import_file

        return import_file(
            self,
            path,
            format=format,
            source=source,
            target=target,
            name=name,
            licence=licence,
            anyway=anyway,
            progress=progress,
        )

    @naming_extras("Graph.infer")
    def infer(
        self,
        source: str,
        target: str,
        *,
        method: str = "ensemble",
        min_score: float | None = None,
        licences: Collection[str] | None = None,
        without: Collection[str] = (),
        vectors: bool | Mapping[str, Vectors] = False,
        encoder: Encoder[str] | Path | str | None = None,
        encoder_template: str = WORD,
        cache: Path | None = None,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Inference:
        """Translations between two languages that no source states, inferred over pivot words.

        Args:
            source: The one language.
            target: The other.
            method: ``ensemble`` gives calibrated probabilities; ``otic`` (Tanaka and Umemura, 1994), ``cycles``
                (Villegas et al., 2016) and ``walk`` give scores from 0 to 1.
            min_score: Leave out what scores less; by default the score with the highest expected F1.
            licences: Only over sources under these licences or classes of licences.
            without: Names of sources to leave out.
            vectors: Whether the ensemble also weighs the similarity of the vectors joined to the words.
            encoder: A multilingual encoder of text, or the name of one as ``--encoder`` has it. The ensemble weighs how
                similar it finds both words, if held-out candidates are more likely so.
            encoder_template: The text that it gets of a word: ``{word}`` is its place.
            cache: A folder that keeps what an ``encoder`` given by name says of each word.
            seed: Of the choice of training examples, where there are very many.
            progress: Watches the training.

        Raises:
            VocabularyError: The graph has no such language, or no pivot joins the two; or vectors are asked for, and a
                language has none, or too few sure translations align the two spaces.
            GraphError: A file of vectors is not the one that was joined.
            CheckpointError: There is no such encoder.
            MissingExtraError: The package that loads the encoder is not installed.
        """
        from isogloss.kg.inference.pipeline import infer
        from isogloss.kg.inference.settings import Settings, WordSimilarity

        settings = Settings(method, min_score, licences, without, seed)
        similarity = WordSimilarity(vectors, encoder, encoder_template, cache)
        return infer(self, source, target, settings, similarity, progress=progress)

    def changes_since(self, old: kg.Graph) -> list[Pairs]:
        """Translations gained, lost and changed since ``old``, another state of the graph, by pair of languages."""
        from isogloss.kg.exchange.difference import different_pairs

        return list(different_pairs(old, self))

    def export_file(
        self,
        path: Path | str,
        format: str,  # noqa: A002 (the name that the command line has for it)
        *,
        source: str | None = None,
        target: str | None = None,
        licences: Collection[str] | None = None,
        min_weight: float = 0.0,
        force: bool = False,
    ) -> Exported:
        """Write the graph, or a part of it, with an attribution file beside it.

        Args:
            path: The file to write.
            format: ``tsv``, ``jsonl``, ``muse``, ``stardict``, ``tbx``, ``tmx``, ``wn-lmf``, ``ntriples``, ``turtle``.
            source: Only translations from this language.
            target: Only translations into this language.
            licences: Only sources under these licences or classes of licences.
            min_weight: Leave out edges of less weight.
            force: Overwrite existing output.

        Raises:
            OutputError: ``path`` exists and ``force`` is not set, or cannot be written.
        """
        from isogloss.kg.exchange.exporting import export_graph
        from isogloss.kg.exchange.selection import Selection

        chosen = None if licences is None else list(licences)
        return export_graph(self, Path(path), format, Selection(source, target, chosen, min_weight), force=force)

    def _repr_html_(self) -> str:
        stats = self.stats()
        return stats.as_html(f"{self.path}: {stats}")


def open_graph(path: Path | str, *, write: bool = False, create: bool = True, in_place: bool = False) -> Graph:
    """Open a graph: a file, ``sqlite:///FILE`` or ``postgresql://…``, to read it or, with ``write``, to add to it.

    A writing session works on a copy, which takes the place of the file when the session is closed. Until then
    readers see the old graph, and if the process dies nothing has changed. With ``create``, a writing session makes
    the file if there is none. With ``in_place``, it changes the file itself, at once when it is closed: best for a few
    words of a large graph. On PostgreSQL a session is a transaction, with the same effect.

    Raises:
        GraphError: There is no graph, it is damaged or of a newer version, or it cannot be written.
    """
    return Graph.open(path, write=write, create=create, in_place=in_place)
