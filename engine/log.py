"""The log in the home folder: what went wrong and where in the code, never what a photo shows.

Messages must not hold captions, names of people or of files. As an exception's own text may (a
path, a name), tracebacks are logged without it: the kind of error and the lines of code remain.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import traceback
from pathlib import Path
from types import TracebackType

_BYTES = 1_000_000
_FILES = 3


class Handler(logging.handlers.RotatingFileHandler):
    """Writes the log; a disk that is full, or may not be written to, is no reason to complain."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Go without this line."""


class PrivateFormatter(logging.Formatter):
    """Formats an exception as its kind and the places in the code, without its text."""

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """The chain of errors that led here, the first one first."""
        lines: list[str] = []
        error = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            places = [
                f"  {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            lines[:0] = [f"{type(error).__module__}.{type(error).__qualname__}", *places]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def start(home: Path, level: int = logging.INFO) -> logging.Handler:
    """Log to <home>/logs/familiar.log, at most 1 MB in each of 4 files; a handler for `stop`."""
    folder = home / "logs"
    with contextlib.suppress(OSError):  # as for the handler
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = Handler(
        folder / "familiar.log",
        maxBytes=_BYTES,
        backupCount=_FILES,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("engine")
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def stop(handler: logging.Handler) -> None:
    """Stop logging to a handler of `start` and close its file."""
    logging.getLogger("engine").removeHandler(handler)
    with contextlib.suppress(OSError):  # its last lines find no room
        handler.close()
