"""The tables of a graph, version 7. Drawn in ``docs/graph.md``; ``migrations`` brings older files up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import registry
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateIndex, CreateTable

from isogloss.kg.storage.schema import BLOCK


class Base(DeclarativeBase):
    """All tables of the graph."""

    # Spelled out, so that every version of SQLAlchemy makes the same file.
    # PostgreSQL has integers of several sizes, and sorts text by a language unless told to sort it by code points.
    type_annotation_map: ClassVar = {
        bool: Boolean,
        bytes: LargeBinary,
        float: Double,
        int: Integer().with_variant(BigInteger(), "postgresql"),
        str: Text().with_variant(Text(collation="C"), "postgresql"),
    }


class Meta(Base):
    """What is known about the file as a whole."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Language(Base):
    """A language, by its BCP 47 code."""

    __tablename__ = "language"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    script: Mapped[str]  # ISO 15924, the usual one of the language


class Source(Base):
    """Who says so, and on what terms it may be passed on."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("name", "version", "licence", "kind", "url", "quality"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality_is_probability"),
        CheckConstraint("licence_class IN ('open', 'sharealike', 'noncommercial', 'unknown')", name="known_class"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    licence: Mapped[str]  # SPDX expression, empty where nobody knows
    licence_class: Mapped[str]
    url: Mapped[str]
    kind: Mapped[str]  # dictionary, induced, inferred or user
    quality: Mapped[float]
    has_evidence: Mapped[bool]  # some of its edges have a row in evidence


class Entry(Base):
    """A word of a language."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(f"id / {BLOCK} = language", name="number_in_block_of_language"),
        Index("entry_lemma", "language", "lemma", "pos", unique=True),
        Index(
            "entry_norm",
            "language",
            "norm",
            sqlite_where=text("norm IS NOT NULL"),
            postgresql_where=text("norm IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  # language * BLOCK + number within the language
    language: Mapped[int] = mapped_column(ForeignKey("language.id"))
    lemma: Mapped[str]  # Unicode NFC
    norm: Mapped[str | None]  # the key that it is searched by (``spelling``), NULL where the lemma is its own
    pos: Mapped[str] = mapped_column(server_default=text("''"))  # part of speech, empty where unknown
    freq_rank: Mapped[int | None]  # 0 is the most frequent word of its language
    articles: Mapped[int] = mapped_column(server_default=text("0"))  # entries that it stands in; since version 4


class Relation(Base):
    """A kind of edge. An edge one way implies the inverse relation the other way; both are stored."""

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    symmetric: Mapped[bool]
    inverse: Mapped[int] = mapped_column(ForeignKey("relation.id"))


class Edge(Base):
    """A directed, typed, sourced relation between two entries."""

    __tablename__ = "edge"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 0 AND 1", name="weight_is_probability"),
        {"sqlite_with_rowid": False},  # clustered: all edges of a word lie side by side
    )

    src: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    relation: Mapped[int] = mapped_column(ForeignKey("relation.id"), primary_key=True)
    dst: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    source: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)  # who says so
    weight: Mapped[float]
    # The place of dst in the source's article on src, from 1; negative where src stands in the article on dst; 0 where
    # there is no article. Since version 4.
    rank: Mapped[int] = mapped_column(server_default=text("0"))
    # Log-odds that dst translates src by their form and frequency, in thousandths (``priors``). Since version 4.
    prior: Mapped[int] = mapped_column(server_default=text("0"))


class Run(Base):
    """A run of a program that made edges."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("method", "settings", "seed", "version", "started"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[str]
    settings: Mapped[str]  # JSON object
    seed: Mapped[str]  # a number in digits, empty for none (NULL is never equal to itself, and runs are compared)
    version: Mapped[str]
    started: Mapped[str]  # ISO 8601


class Evidence(Base):
    """Why an edge was computed. Kept in one direction only, the one it was computed in."""

    __tablename__ = "evidence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    src: Mapped[int] = mapped_column(primary_key=True)
    relation: Mapped[int] = mapped_column(primary_key=True)
    dst: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    facts: Mapped[str | None]  # JSON object: scores, ranks, seeds


class Concept(Base):
    """A meaning that several words share. Its members translate each other without an edge for each two."""

    __tablename__ = "concept"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # its name in the source: an emoji, a WordNet number
    source: Mapped[int] = mapped_column(ForeignKey("source.id"))
    cohesion: Mapped[float | None]  # how closely the members hang together, where that was measured
    pos: Mapped[str] = mapped_column(server_default=text("''"))  # part of speech, empty where unknown; since version 3
    definition: Mapped[str] = mapped_column(server_default=text("''"))  # as the source words it; since version 3


class ConceptMember(Base):
    """A word of a concept."""

    __tablename__ = "concept_member"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 0 AND 1", name="weight_is_probability"),
        Index("concept_member_entry", "entry"),
        {"sqlite_with_rowid": False},
    )

    concept: Mapped[int] = mapped_column(ForeignKey("concept.id"), primary_key=True)
    entry: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    weight: Mapped[float]


class VectorFile(Base):
    """A file of word vectors that entries point into."""

    __tablename__ = "vector_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    kind: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)


class VectorRef(Base):
    """The row of a word in a file of vectors."""

    __tablename__ = "vector_ref"
    __table_args__ = ({"sqlite_with_rowid": False},)

    entry: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    file: Mapped[int] = mapped_column(ForeignKey("vector_file.id"), primary_key=True)
    row: Mapped[int]


class Coverage(Base):
    """How many edges each source has between two languages: counted when loaded, since version 2."""

    __tablename__ = "coverage"
    __table_args__ = ({"sqlite_with_rowid": False},)

    src_language: Mapped[int] = mapped_column(ForeignKey("language.id"), primary_key=True)
    relation: Mapped[int] = mapped_column(ForeignKey("relation.id"), primary_key=True)
    dst_language: Mapped[int] = mapped_column(ForeignKey("language.id"), primary_key=True)
    source: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    edges: Mapped[int]


class Hub(Base):
    """The strongest edges of a word with very many into one language: a cache for pivoting, since version 2."""

    __tablename__ = "hub"
    __table_args__ = ({"sqlite_with_rowid": False},)

    src: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    relation: Mapped[int] = mapped_column(ForeignKey("relation.id"), primary_key=True)
    language: Mapped[int] = mapped_column(ForeignKey("language.id"), primary_key=True)
    fanout: Mapped[int]  # how many words of the language it has edges to in all
    best: Mapped[bytes] = mapped_column()  # int64 entry numbers, then float64 weights, strongest first


class Variant(Base):
    """Two spellings of one word, both ways: found when loaded, since version 5."""

    __tablename__ = "variant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    entry: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    other: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    difference: Mapped[int]  # in what they differ, a number of ``kg.storage.schema``


class Cooccurrence(Base):
    """In how many other translations two words that translate each other stand together, both ways: since version 6.

    Pairs that do so in none have no row.
    """

    __tablename__ = "cooccurrence"
    __table_args__ = ({"sqlite_with_rowid": False},)

    src: Mapped[int] = mapped_column(primary_key=True)
    dst: Mapped[int] = mapped_column(primary_key=True)
    translations: Mapped[int]


class Definition(NamedTuple):
    """The statements that make a table and, by name, its indexes."""

    table: str
    indexes: Mapping[str, str]


@cache
def definitions(database: str) -> Mapping[str, Definition]:
    """How ``sqlite`` or ``postgresql`` makes each table, in an order that references allow."""
    dialect = registry.load(database)()  # worded once in a process: that takes longer than making the tables
    return {
        table.name: Definition(
            str(CreateTable(table).compile(dialect=dialect)),
            {
                str(index.name): str(CreateIndex(index).compile(dialect=dialect))
                for index in sorted(table.indexes, key=lambda index: str(index.name))
            },
        )
        for table in Base.metadata.sorted_tables
    }
