"""Recognising."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.library.library import Library


def recognise_photos(library: Library, pack: Any, ids: Sequence[int]) -> set[int]:
    return library.sightings.put_for_photos(ids, {}, [])
