"""Colours of what is drawn on top of photos: the same in light and dark, since photos are too."""

from __future__ import annotations

MARK = "#ffffff"
"""Lines and text."""
VEIL = "#be141210"
"""The ground of a text, as `#aarrggbb`."""
SPOT = "#60000000"
"""The ground of a small mark."""
SHADOW = "#3c000000"
"""Below what floats."""
