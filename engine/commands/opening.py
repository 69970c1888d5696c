"""Opening the library that a command is about."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.commands.printing import tell
from engine.errors import FamiliarError

if TYPE_CHECKING:
    from engine.familiar import Familiar

_log = logging.getLogger(__name__)


@contextmanager
def library(
    options: argparse.Namespace, *, create: bool = False, whole: bool = False
) -> Iterator[Familiar]:
    """The library in `--home`, open and logging; says so if it had to be mended.

    whole: look for damage everywhere.
    """
    from engine import log
    from engine.familiar import Familiar

    with Familiar.open(options.home, create=create, whole=whole) as familiar:
        for sentence in familiar.library.mended:
            tell(sentence)
        handler = log.start(familiar.library.home)
        try:
            yield familiar
        except (FamiliarError, OSError, MemoryError):
            raise
        except Exception as error:
            _log.exception("A command failed.")
            error.add_note(f"{familiar.library.home / 'logs'} says more.")
            raise
        finally:
            log.stop(handler)
