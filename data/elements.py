"""The elements of an XML file of any size, one after another; entities, which can grow without bound, are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.parsers import expat

from isogloss.data.errors import FormatError
from isogloss.data.limits import limits, too_large
from isogloss.data.lines import BROKEN, WHOLE, has_wide_letters, opened

Start = Callable[[Mapping[str, str]], object]
End = Callable[[], object]
Text = Callable[[str], object]

_MAX_DEPTH = 1000  # nested elements; dictionaries have twenty at most; round number
_MAX_ENTITY = 200  # characters; round number
_PIECE = 1 << 18  # bytes parsed at a time; round number


def read_elements(
    path: Path,
    expected: str,
    *,
    start: Mapping[str, Start],
    end: Mapping[str, End] | None = None,
    text: Text | None = None,
    content: Mapping[str, Text] | None = None,
    entities: bool = False,
) -> None:
    """Call what ``start`` and ``end`` have for the tag of each element of ``path``, and ``text`` with all content.

    ``content`` has what is called with the text inside the elements of a tag, up to the first end of an element. The
    file may be compressed. ``entities`` allows short ones that name no other, as JMdict defines them; they cannot grow.

    Raises:
        FormatError: The file is missing, cut short or no sound XML, or defines entities; the message names the line.
    """
    parser = expat.ParserCreate("utf-8" if has_wide_letters(path) else None)  # recoded by then, whatever it declares
    parser.buffer_text = True
    begun, still = 0, 0  # elements, and bytes in which none begins or ends
    inside: list[str] = []  # the text of the element at hand
    ended: list[str] = []  # noted without a call into Python, as most elements end without an action

    def refuse(name: str, parameter: int, value: str | None, *_: object) -> None:
        if entities and not parameter and value is not None and len(value) <= _MAX_ENTITY and "&" not in value:
            return
        raise FormatError.at(path, parser.CurrentLineNumber, f"a definition of entity {name!r}", "XML without entities")

    def enter(tag: str, attributes: dict[str, str]) -> None:
        nonlocal begun
        begun += 1
        action = started(tag)
        if action is not None:
            action(attributes)

    def leave(tag: str) -> None:
        ended.append(tag)
        if end and tag in end:
            end[tag]()

    def listening(take: Text, begin: Start | None) -> Start:
        def listen(attributes: Mapping[str, str]) -> None:
            if begin is not None:
                begin(attributes)
            inside.clear()
            parser.CharacterDataHandler, parser.EndElementHandler = inside.append, close

        def close(tag: str) -> None:
            parser.CharacterDataHandler, parser.EndElementHandler = text, left
            left(tag)
            inner = "".join(inside)
            inside.clear()
            take(inner)

        return listen

    left: Callable[[str], object] = leave if end else ended.append
    started = {**start, **{tag: listening(take, start.get(tag)) for tag, take in (content or {}).items()}}.get
    parser.StartElementHandler, parser.EndElementHandler = enter, left
    if text is not None:
        parser.CharacterDataHandler = text
    parser.EntityDeclHandler = refuse
    with opened(path) as stream:
        try:
            while piece := stream.read(_PIECE):
                before = begun
                parser.Parse(piece, False)
                still = still + len(piece) if begun == before and not ended else 0
                if still > limits().token:
                    raise too_large(path, parser.CurrentLineNumber, "a tag or a text that is longer", "token")
                begun -= len(ended)
                ended.clear()
                if begun > _MAX_DEPTH:
                    found = f"more than {_MAX_DEPTH:,} nested elements"
                    raise FormatError.at(path, parser.CurrentLineNumber, found, expected)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise FormatError.at(path, parser.CurrentLineNumber, f"broken XML ({error})", expected) from error
        except (*BROKEN, OSError) as error:
            found = f"damaged or cut-off compressed data ({error})"
            raise FormatError.at(path, None, found, WHOLE) from error
        except (ValueError, LookupError) as error:  # an encoding that Python lacks
            raise FormatError.at(path, parser.CurrentLineNumber, f"broken XML ({error})", expected) from error
