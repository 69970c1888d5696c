"""The catalogue: everything Familiar knows, in two SQLite databases in one home folder.

Opened with `Library.open`. Heavy parts (sqlite-utils, numpy) are imported when first used.
"""

from __future__ import annotations

from engine.library.identity import photo_id
from engine.library.library import Library

__all__ = ["Library", "photo_id"]
