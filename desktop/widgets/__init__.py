"""The parts pages are put together from; see each file's first line."""

from __future__ import annotations

from desktop.widgets.button import Button, IconButton
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.label import Label
from desktop.widgets.round_picture import RoundPicture

__all__ = [
    "Button",
    "Card",
    "Chip",
    "EmptyState",
    "FlowLayout",
    "IconButton",
    "Label",
    "RoundPicture",
]
