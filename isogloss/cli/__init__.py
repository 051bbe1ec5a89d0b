"""The command line: every verb parses its arguments, calls the library once and prints what it returns."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import typer

from isogloss.cli.console import be_quiet, complain, let_go, open_closed_streams, speak_utf8, visible
from isogloss.cli.group import Group
from isogloss.cli.stopping import STOPPED, end, stop_when_told
from isogloss.data.errors import IsoglossError

HELP = "Bilingual dictionaries from word vectors, one graph to query them, meta-learning for new languages."
MEMBERS = {
    "data": "data:group",
    "kg": "kg:group",
    "lexicon": "lexicon:group",
    "meta": "meta:group",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "new": "project:new",
    "run": "project:run",
    "serve": "serve:serve",
    "status": "project:status",
}


class _Root(Group):
    def __init__(self, *, name: str, help: str, **settings: Any) -> None:
        super().__init__(name, help, MEMBERS, **settings)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        with _harmless_messages():
            return super().make_context(*arguments, **settings)

    def invoke(self, ctx: Any) -> Any:
        with _harmless_messages():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called; a verb without its group is told with those that have it."""
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:  # wrong usage, which typer has no public name for
            groups = [name for name, place in MEMBERS.items() if place.endswith(":group")]
            having = [name for name in groups if args[0] in getattr(self.commands[name], "commands", ())]
            message = str(getattr(error, "message", ""))
            if having and message and "Did you mean" not in message:
                meant = " or ".join(repr(f"{name} {args[0]}") for name in having)
                vars(error)["message"] = f"{message.rstrip('.')}. Did you mean {meant}?"
            raise


app = typer.Typer(
    name="isogloss",
    help=HELP,
    cls=_Root,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def version(
    show: bool = typer.Option(False, "--version", help="Print the version and exit.", is_eager=True),
    quiet: bool = typer.Option(False, "-q", "--quiet", help="Print no notes, warnings and progress; errors stay."),
) -> None:
    """Bilingual dictionaries from word vectors, one graph to query them, meta-learning for new languages."""
    if quiet:
        be_quiet()
    if show:
        from isogloss import __version__

        print(f"isogloss {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line: exit status 0 done, 1 a known error, 2 wrong usage, 70 a fault of isogloss, 130 stopped."""
    try:
        open_closed_streams()
        speak_utf8()
        be_quiet(False)
        stop_when_told()
        try:
            with _limits():
                app(prog_name="isogloss")
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except IsoglossError as error:
        complain(f"{error}{_hint(str(error))}")
        sys.exit(1)
    except KeyboardInterrupt:
        end()
    except SystemExit as ended:
        if ended.code == STOPPED:  # which typer makes of an interrupt
            end()
        raise
    except BrokenPipeError:  # the reader of our output has seen enough, as in `| head`
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if error.filename is None and error.strerror is None:
            _fault(error)
        place = "" if error.filename is None else f"{os.fspath(error.filename)}: "
        message = f"{place}{error.strerror or error}; check the path, the rights and the room on the disk"
        complain(f"{message}{_hint(message)}")
        let_go(sys.stdout)
        sys.exit(1)
    except MemoryError:
        complain(
            "out of memory; no existing output was overwritten; read fewer words with --max-vocab where there is one"
        )
        sys.exit(1)
    except Exception as error:
        _fault(error)


@contextmanager
def _harmless_messages() -> Iterator[None]:
    """On a terminal, what typer says of wrong usage has no control characters and marks that turn text."""
    try:
        yield
    except Exception as error:
        message = getattr(error, "message", None)
        if isinstance(message, str) and sys.stderr is not None and sys.stderr.isatty():
            vars(error)["message"] = visible(message)
        raise


def _hint(message: str) -> str:
    """What may be meant by a file that the message is about, that the user named, and that is not there."""
    from isogloss.data.suggestions import file_alike

    for argument in sys.argv[1:]:
        path = Path(argument.rpartition("=")[2])
        written = "|".join(re.escape(str(spelling)) for spelling in (path, path.absolute(), os.path.realpath(path)))
        about = re.match(f"(?:{written})(?![\\w.-])", message)
        if path.name and about and (similar := file_alike(path)):
            return f"; did you mean {similar}?"
    return ""


def _fault(error: Exception) -> NoReturn:
    """Say that this should not have happened, and where the account of it is."""
    from isogloss.cli.fault import reported

    try:
        account = f"please send {reported(error)} with a report"
    except OSError as full:
        account = f"its account cannot be written ({full.strerror or full}); try again with TMPDIR=FOLDER"
    complain(f"this is a fault of isogloss ({type(error).__name__}); {account}")
    sys.exit(70)


def _limits() -> AbstractContextManager[None]:
    """The limits that variables of the environment set, if there are any."""
    if not any(name.startswith("ISOGLOSS_LIMIT_") for name in os.environ):
        return nullcontext()
    from isogloss.data.limits import Limits, limited

    return limited(Limits().changed(os.environ))
