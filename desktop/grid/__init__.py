"""A grid of photos, to a million of them: by month, or in the order a search gives."""

from __future__ import annotations

from desktop.grid.actions import PhotoAction
from desktop.grid.grid import PhotoGrid
from desktop.grid.panel import GridPanel

__all__ = ["GridPanel", "PhotoAction", "PhotoGrid"]
