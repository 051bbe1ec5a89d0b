"""N-Triples and Turtle, read triple by triple."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isogloss.data.errors import FormatError
from isogloss.kg.exchange.triples import Facts, Value, read_ntriples
from isogloss.kg.exchange.turtle import Turtle, read_turtle, tokens_of


def _noted(subjects: list[str]) -> Callable[[str, Facts], object]:
    return lambda subject, facts: subjects.append(f"{subject} {facts}")


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=200) | st.text("<>\"'@;.,[]()#\\ab: \n", max_size=80).map(str.encode))
@example(content=b"PK\x03\x04 begins as an archive does")
def test_any_bytes_are_triples_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in"
        path.write_bytes(content)
        for read in (read_ntriples, read_turtle):
            subjects: list[str] = []
            with suppress(FormatError):
                read(path, {"a": 0, "b": 1}, _noted(subjects))
            assert content or not subjects


@pytest.mark.parametrize("apart", [" ", "\t", "  ", " \t "])
@pytest.mark.parametrize("end", ["\n", "\r\n", " # so\n", "\n\n# so it is\n"])
def test_white_space_of_ntriples_does_not_matter(tmp_path: Path, apart: str, end: str) -> None:
    triples = [("<s>", "<a>", '"x y"@en'), ("<s>", "<b>", "<o>"), ("<s>", "<other>", "1"), ("_:t", "<a>", '"\\t\\"z"')]
    path = tmp_path / "in.nt"
    path.write_bytes("".join(apart.join(triple) + f" .{end}" for triple in triples).encode())
    subjects: list[str] = []
    read_ntriples(path, {"a": 0, "b": 1}, _noted(subjects))
    expected = ({0: [Value("x y", "en")], 1: [Value("o")]}, {0: [Value('\t"z', "")]})
    assert subjects == [f"s {expected[0]}", f"_:t {expected[1]}"]


def test_bytes_that_are_no_utf_8_are_refused_where_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "in.nt"
    path.write_bytes(b'<s> <other> "\xff" .\n<s> <a> "x" .\n')
    subjects: list[str] = []
    read_ntriples(path, {"a": 0}, _noted(subjects))
    assert subjects == [f"s { {0: [Value('x', '')]} }"]
    path.write_bytes(b'<s> <a> "x" .\n<s> <a> "\xff" .\n')
    with pytest.raises(FormatError, match=":2: text that is not UTF-8"):
        read_ntriples(path, {"a": 0}, _noted(subjects))


_TERMS = ["p:a", "p:b", "p:x.y", "<a>", "<http://x/#y>", "_:n", "a", '"x"@en', '"\\"; ."', "1.5", "[ p:a p:x ]", "[]"]


@given(
    facts=st.lists(st.tuples(*[st.sampled_from(_TERMS)] * 2, st.sampled_from(";;,."), st.sampled_from(_TERMS))),
    cut=st.integers(0, 5),
    apart=st.sampled_from([" ", "\n\t"]),
)
def test_statements_read_at_once_say_what_they_say_token_by_token(
    facts: list[tuple[str, str, str, str]], cut: int, apart: str
) -> None:
    words, before = list[str](), "."
    for predicate, value, end, subject in facts:
        words += [*{".": (subject, predicate), ";": (predicate,)}.get(before, ()), value, end]
        before = end
    text = apart.join(words[: len(words) - cut])
    at_once, by_token = list[str](), list[str]()
    quick, thorough = Turtle({"p:a": 0, "p:b": 1}, _noted(at_once)), Turtle({"p:a": 0, "p:b": 1}, _noted(by_token))
    quick.prefixes = thorough.prefixes = {"p": "p:"}
    if quick.plain_statements(text):
        thorough.statements(tokens_of(text), last=True)
    assert at_once == by_token


def test_what_dbnary_writes_is_read_at_once() -> None:
    subjects: list[str] = []
    reader = Turtle({"p:a": 0}, _noted(subjects))
    reader.prefixes = {"p": "p:"}
    text = 'p:x  a  p:Y ;\n    p:a  "x"@en , <y> ;\n    p:b  [ p:a  "a \\"thing\\"; so."@en ] .\n\np:z  p:a 1 .\n'
    assert reader.plain_statements(text)
    expected = {0: [Value("x", "en"), Value("y")]}, {0: [Value('a "thing"; so.', "en")]}, {0: [Value("1", "")]}
    assert subjects == [f"_:anonymous 1 {expected[1]}", f"p:x {expected[0]}", f"p:z {expected[2]}"]
    assert not reader.plain_statements(text + "p:z p:a (1) .")  # a collection takes another look
    assert len(subjects) == 3


def test_a_long_text_that_is_no_turtle_is_refused_soon(tmp_path: Path) -> None:
    path = tmp_path / "in.ttl"
    for content in ("a" * 2_000_000, " " * 2_000_000 + "x", '"' * 100_001, "[" * 400_000, "a [" + "<b> " * 400_000):
        path.write_text(content)
        with pytest.raises(FormatError):
            read_turtle(path, {"a": 0}, _noted([]))
