"""What the commands are tried on: the files, lexicons and graphs that the rooms' own tests make."""

from tests.kg.conftest import path
from tests.lexicon.conftest import built, files, folder, induction, one_thread, source, target
from tests.meta.conftest import dictionaries, vectors

__all__ = ["built", "dictionaries", "files", "folder", "induction", "one_thread", "path", "source", "target", "vectors"]
