"""The colours, in light and in dark; every pair of text and ground keeps WCAG AA (4.5 to 1)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for, each as `#rrggbb`.

    background, sidebar, card: grounds. ink, quiet: text and quieter text. line: borders and the
    empty part of a bar. accent: what is chosen, and filled buttons, with on_accent as their text;
    accent_ink: the accent as text. soft: the ground behind what is chosen. hover: the ground under
    the pointer. good: what went well, as text. stage: behind a single photo, with on_stage as its
    text. blank: where a picture is still to come.
    toast_link: a button on a toast, whose ground is ink.
    """

    name: str
    background: str
    sidebar: str
    card: str
    ink: str
    quiet: str
    line: str
    hover: str
    accent: str
    on_accent: str
    accent_ink: str
    soft: str
    good: str
    stage: str
    on_stage: str
    blank: str
    toast_link: str

    def qpalette(self) -> QPalette:
        """The same for what Qt draws by itself."""
        roles = {
            QPalette.ColorRole.Window: self.background,
            QPalette.ColorRole.WindowText: self.ink,
            QPalette.ColorRole.Base: self.card,
            QPalette.ColorRole.AlternateBase: self.sidebar,
            QPalette.ColorRole.Text: self.ink,
            QPalette.ColorRole.PlaceholderText: self.quiet,
            QPalette.ColorRole.Button: self.card,
            QPalette.ColorRole.ButtonText: self.ink,
            QPalette.ColorRole.ToolTipBase: self.ink,
            QPalette.ColorRole.ToolTipText: self.background,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.on_accent,
            QPalette.ColorRole.Accent: self.accent,
            QPalette.ColorRole.Link: self.accent_ink,
            QPalette.ColorRole.LinkVisited: self.accent_ink,
            QPalette.ColorRole.Light: self.card,
            QPalette.ColorRole.Midlight: self.hover,
            QPalette.ColorRole.Mid: self.line,
            QPalette.ColorRole.Dark: self.quiet,
        }
        palette = QPalette()
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        disabled = QPalette.ColorGroup.Disabled
        for role in (
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.Text,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(disabled, role, QColor(self.quiet))
        return palette


LIGHT = Palette(
    name="light",
    background="#FBFAF8",
    sidebar="#F4F1EC",
    card="#FFFFFF",
    ink="#23211E",
    quiet="#6B655C",
    line="#E6E1D9",
    hover="#EDE8E0",
    accent="#B4532A",
    on_accent="#FFFFFF",
    accent_ink="#A0461F",
    soft="#F6E4DA",
    good="#35704E",
    stage="#141311",
    on_stage="#EFEBE5",
    blank="#ECE7DF",
    toast_link="#F0A07A",
)

DARK = Palette(
    name="dark",
    background="#1B1A18",
    sidebar="#232120",
    card="#2A2826",
    ink="#EFEBE5",
    quiet="#ADA69C",
    line="#3A3734",
    hover="#302D2A",
    accent="#E58A5E",
    on_accent="#1B1A18",
    accent_ink="#EC9A72",
    soft="#4A3026",
    good="#7CC09A",
    stage="#0F0E0D",
    on_stage="#EFEBE5",
    blank="#2A2826",
    toast_link="#A0461F",
)
