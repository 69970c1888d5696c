"""`python -m tests.familiar_tiny ...` is `familiar ...` with the tiny pack."""

from __future__ import annotations

import sys
from typing import Any

from engine import familiar
from engine.cli import main
from tests.tiny import TinyPack


def install() -> TinyPack:
    """Make the tiny pack the one that every library opened from now on uses."""
    pack = TinyPack()
    facade: Any = familiar.Familiar
    facade.pack = property(lambda _: pack)
    return pack


if __name__ == "__main__":
    install()
    sys.exit(main())
