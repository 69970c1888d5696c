"""The command line: the same library, for scripts.

`--json` puts data alone on standard output; progress and messages go to standard error. Exit
status: 0 done, 1 something failed, 2 wrong usage, 130 stopped with Ctrl+C (by another signal: 128
and its number).
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from engine import __version__, commands
from engine.commands import care, gui, packs
from engine.errors import FamiliarError, UsageError
from engine.stopping import Stopped
from engine.terminal import prepare_streams, safe

# What no library's log takes is not for the terminal either.
logging.getLogger("engine").addHandler(logging.NullHandler())

KINDS = ("person", "pet", "thing")
DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 130

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    prepare_streams()
    # Decoders warn about odd files; what matters to the owner is a problem of that file.
    warnings.filterwarnings("ignore", category=UserWarning)
    options = parser().parse_args(arguments)
    run: Run = options.run
    try:
        status = run(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _complain(str(error), USAGE)
    except FamiliarError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt as error:
        return _complain(
            "Stopped. What was finished is kept; the same command goes on from there.",
            128 + error.number if isinstance(error, Stopped) else STOPPED,
        )
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except MemoryError:
        return _complain("There is not enough memory for this.", FAILED)
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}.", FAILED)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        notes = getattr(error, "__notes__", [])
        return _complain(
            " ".join([f"Something in Familiar itself went wrong ({where}).", *notes]), FAILED
        )


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="familiar",
        description="A photo library that knows your people and pets, on your own machine.",
        epilog="`familiar COMMAND --help` says more about one command.",
    )
    top.add_argument("--version", action="version", version=f"familiar {__version__}")
    top.add_argument("--home", type=_path, metavar="DIR", help="the library's folder")
    top.set_defaults(run=gui.gui)
    group = top.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, run: Run, text: str, *, json: bool = False) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = group.add_parser(name, help=text, description=f"{text}.")
        _home(one)
        if json:
            one.add_argument("--json", action="store_true", help="JSON on standard output")
        one.set_defaults(run=run)
        return one

    one = add("add", commands.add, "look after these folders from now on")
    one.add_argument("folders", type=_path, nargs="+", metavar="FOLDER", help="a folder of photos")

    one = add("index", commands.index, "look at every photo that is new or has changed")
    one.add_argument("--no-captions", action="store_true", help="leave captions for another time")
    one.add_argument("--watch", action="store_true", help="go on as photos come and go")

    one = add("teach", commands.teach, "learn someone or something from a few photos")
    one.add_argument("name", type=_text, metavar="NAME", help="what to call them")
    one.add_argument("--kind", choices=KINDS, required=True, help="what NAME is")
    one.add_argument(
        "photos", type=_path, nargs="+", metavar="PHOTO", help="a photo that shows them"
    )

    one = add("search", commands.search, "find photos by names and plain words", json=True)
    one.add_argument(
        "query", type=_text, nargs="?", metavar="QUERY", help="such as: Ada without Tom at the sea"
    )
    one.add_argument("--queries", type=_path, metavar="FILE", help="ask many at once, one a line")
    one.add_argument("--limit", type=_count, default=20, metavar="N", help="at most N photos (20)")

    _photo(add("show", commands.show, "show what is known of one photo", json=True))

    one = add(
        "ask", commands.ask, "answer a question about a photo, as far as the pack can", json=True
    )
    _photo(one)
    one.add_argument("question", type=_text, metavar="QUESTION", help="such as: who is this?")

    one = add("locate", commands.locate, "show where someone is in a photo", json=True)
    _photo(one, named=True)
    one.add_argument(
        "--heatmap", type=_path, metavar="FILE.png", help="draw a heat map, and the box"
    )
    one.add_argument(
        "--heatmap-of",
        choices=("recogniser", "attention"),
        help="how strongly each place looks like NAME, or where the captioner looks when it says "
        "NAME (the first, where the pack can show it)",
    )
    one.add_argument(
        "--layer", type=_count, metavar="N", help="the captioner's N-th layer, not all averaged"
    )

    _photo(add("confirm", commands.confirm, "say that NAME is in a photo, for good"), named=True)
    _photo(add("reject", commands.reject, "say that NAME is not in a photo, for good"), named=True)

    one = add("people", commands.people, "list everyone and everything that was taught", json=True)
    one.add_argument(
        "--in-files", action="store_true",
        help="instead, names that other programs wrote beside faces in your files",
    )  # fmt: skip
    text = "list albums: everyone's, trips, saved searches, and those made by hand"
    add("albums", commands.albums, text, json=True)
    add("status", commands.status, "say how the library is, and what could not be read", json=True)
    _packs(add("packs", packs.show, "list packs of models; get, use or remove one", json=True))

    one = add("export", commands.export, "print every photo with all that is known of it")
    one.add_argument("--json-lines", action="store_true", help="one JSON object a line (always so)")

    one = add(
        "missing", care.missing, "list photos that are away or were deleted lately", json=True
    )
    one.add_argument(
        "--gone", type=_path, action="append", metavar="FOLDER",
        help="what is missing in this folder was deleted; it leaves the library",
    )  # fmt: skip
    one.add_argument(
        "--restore", type=_path, action="append", metavar="PHOTO",
        help="keep a photo that was deleted lately in the library all the same",
    )  # fmt: skip

    add("check", care.check, "look for damage in the library's files, and mend it")
    one = add("backup", care.backup, "save everything you told Familiar to one file")
    one.add_argument("file", type=_path, metavar="FILE", help="a file that is not there yet")
    one = add("restore", care.restore, "go back to a backup; without FILE, list them")
    one.add_argument("file", type=_path, nargs="?", metavar="FILE", help="made by `backup`")

    add("gui", gui.gui, "open the window")

    one = add("demo", commands.demo, "a short tour, with a sample library or photos of yours")
    one.add_argument("--photos", type=_path, metavar="FOLDER", help="photos of yours instead")
    return top


def _home(one: argparse.ArgumentParser) -> None:
    # Understood after the command too; not given there, the one before it stays.
    one.add_argument(
        "--home", type=_path, metavar="DIR", default=argparse.SUPPRESS, help="the library's folder"
    )


def _packs(one: argparse.ArgumentParser) -> None:
    group = one.add_subparsers(
        metavar="get|use|remove", title="with one pack", help="without it, packs are listed"
    )
    runs: dict[str, tuple[Run, str]] = {
        "get": (packs.get, "download a pack, after its licences and size were shown"),
        "use": (packs.use, "work with this pack from now on"),
        "remove": (packs.remove, "delete what was downloaded of a pack"),
    }
    for name, (run, text) in runs.items():
        inner: argparse.ArgumentParser = group.add_parser(name, help=text, description=f"{text}.")
        _home(inner)
        inner.add_argument("name", metavar="NAME", help="a pack, as `familiar packs` lists them")
        if name == "get":
            inner.add_argument(
                "--yes", action="store_true", help="accept its licences and the download"
            )
        inner.set_defaults(run=run)


def _photo(one: argparse.ArgumentParser, *, named: bool = False) -> None:
    one.add_argument("photo", type=_path, metavar="PHOTO", help="a photo's file")
    if named:
        one.add_argument(
            "name", type=_text, metavar="NAME", help="someone or something that was taught"
        )


def _path(text: str) -> Path:
    """A file or folder. An empty one, as a script's variable that was never set, is none: it would
    be the folder that one happens to be in."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return Path(text)


def _text(text: str) -> str:
    """Words, in whatever encoding the terminal is said to have."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise argparse.ArgumentTypeError("it is not text in UTF-8") from error


def _count(text: str) -> int:
    """A number, at least one."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return number


def _complain(sentence: str, status: int) -> int:
    with contextlib.suppress(OSError):  # a terminal that has been closed
        print(f"familiar: {safe(sentence)}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
