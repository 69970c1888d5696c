"""How Familiar looks: colours, sizes, type, icons. Nothing outside this folder names a colour."""

from __future__ import annotations

from desktop.theme.appearance import Appearance, colours
from desktop.theme.palette import DARK, LIGHT, Palette

__all__ = ["DARK", "LIGHT", "Appearance", "Palette", "colours"]
