"""The benchmark's own count of the pairs of a TEI source."""

import io

from benchmarks.quality.reading import pairs_of

HEAD = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>'
TRANSLATED = """<entry><form><orth>a</orth><orth>b</orth></form><sense>
<cit type="trans"><quote>x <hi>y</hi> (note)</quote><cit type="abbrev"><orth>z</orth></cit></cit>
<cit type="example"><quote>no</quote><cit type="trans"><quote>no</quote></cit></cit></sense></entry>"""
DEFINED = "<entry><form><orth>{}</orth></form><sense><def>x, y<note>no</note>; 1,000</def></sense></entry>"


def pairs(entries: str) -> list[tuple[str, str]]:
    return sorted(pairs_of(io.BytesIO(f"{HEAD}{entries}</body></text></TEI>".encode())))


def test_every_form_has_every_translation_but_those_of_examples() -> None:
    assert pairs(TRANSLATED) == [("a", "x y"), ("b", "x y")]


def test_definitions_count_where_there_are_more_of_them() -> None:
    assert pairs(DEFINED.format("d")) == [("d", "1,000"), ("d", "x"), ("d", "y")]
