"""`python -m engine.service --home DIR`: the engine of one library, on its standard streams."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from engine import log
from engine.errors import FamiliarError
from engine.familiar import Familiar
from engine.service import wire
from engine.service.server import Service
from engine.service.wire import Wire

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one library until standard input ends; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.service", description="Familiar's engine, for its window."
    )
    parser.add_argument("--home", type=Path, required=True, help="the library's folder")
    home = parser.parse_args(arguments).home
    connection = Wire(*_take_streams())
    # Ctrl+C in a terminal reaches the window too, and whether to stop is for the window to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    warnings.filterwarnings("ignore", category=UserWarning)
    try:
        familiar = Familiar.open(home)
    except FamiliarError as error:
        return _refuse_all(connection, str(error))
    handler = log.start(familiar.library.home)
    try:
        if not Service(familiar, connection).serve():
            _log.warning("Something did not end in time; the process ends without it.")
            os._exit(1)
        familiar.close()
    finally:
        log.stop(handler)
    return 0


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone.

    Whatever else in this process prints goes to standard error, and whatever else reads finds
    nothing.
    """
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return reader, writer


def _refuse_all(connection: Wire, sentence: str) -> int:
    """The library cannot be opened: say so to whatever is asked."""
    for message in connection.messages():
        connection.refuse(message.id, wire.REFUSED, sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main())
