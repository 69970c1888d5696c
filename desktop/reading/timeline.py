"""Every photo of the library by time, the newest first, under the months they were taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.reading.shown import Section, Shown

if TYPE_CHECKING:
    from engine.library import Library


def read_timeline(library: Library) -> Shown:
    """Every photo that lies somewhere; undated ones where their files' times put them."""
    timeline = library.timelines.read()
    sections = [Section(one.count, one.year, one.month) for one in timeline.months()]
    return Shown(timeline.ids, sections).ready()
