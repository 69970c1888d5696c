"""The one stylesheet, made from a palette.

Widgets say what they are with dynamic properties: `kind` on buttons (primary, plain, quiet, link),
`role` on labels (display, title, heading, quiet, small, overline, good), `surface` on frames
(page, sidebar, card, soft, bar).
"""

from __future__ import annotations

from string import Template

from desktop.theme import sizes
from desktop.theme.palette import Palette

_SHEET = Template("""
* { outline: none; }
QWidget { color: $ink; }
QMainWindow, QDialog, QWidget[surface="page"] { background: $background; }
QWidget[surface="sidebar"] { background: $sidebar; border-right: 1px solid $line; }
QFrame[surface="card"] {
    background: $card; border: 1px solid $line; border-radius: ${card_radius}px;
}
QFrame[surface="soft"] { background: $soft; border: none; border-radius: ${card_radius}px; }
QFrame[surface="bubble"] { background: $hover; border-radius: ${control_radius}px; }
QWidget[surface="panel"] { background: $background; }
QFrame[surface="panel"] { background: $background; border: none; border-left: 1px solid $line; }
QFrame[surface="bar"] { background: $background; border-bottom: 1px solid $line; }
QFrame[surface="strip"] { background: $background; border-top: 1px solid $line; }
QFrame[surface="banner"] { background: $soft; border-bottom: 1px solid $line; }
QScrollArea, QScrollArea > QWidget > QWidget[surface="page"] { background: $background; }
QScrollArea { border: none; }

QLabel { background: transparent; }
QLabel#wordmark { font-size: 17px; font-weight: 600; }
QLabel[role="display"] { font-size: ${display}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="small"] { color: $quiet; font-size: ${small}px; }
QLabel[role="detail"] { color: $quiet; font-size: 13px; }
QLabel[role="on-stage"] { color: $on_stage; font-size: 13px; background: rgba(15, 14, 13, 175);
    border-radius: 8px; padding: 5px 11px; }
QLabel[role="good"] { color: $good; }
QLabel[role="chip"], QLabel[role="chip-named"] { font-size: 13px; font-weight: 600; }
QLabel[role="chip-named"] { color: $accent_ink; }
QLabel[role="toast"] { color: $background; }
QLabel[role="overline"] { color: $quiet; font-size: 11px; letter-spacing: 1px; }

QPushButton {
    background: $card; color: $ink; border: 1px solid $line; border-radius: ${control_radius}px;
    padding: 0 14px; min-height: ${control}px; font-size: ${base}px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: ${ring}px solid $accent; padding: 0 13px; }
QPushButton:disabled { color: $quiet; background: $background; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {
    background: $accent_ink; border-color: $accent_ink;
}
QPushButton[kind="primary"]:focus { border: ${ring}px solid $ink; }
QPushButton[kind="primary"]:disabled { background: $line; color: $quiet; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] {
    background: transparent; border: none; color: $accent_ink; padding: 0 2px; min-height: 22px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: ${ring}px solid $accent; border-radius: 5px; padding: 0; }
QPushButton[kind="link"][tone="quiet"] { color: $quiet; font-size: 13px; }
QPushButton[kind="link"][tone="name"] { color: $ink; font-weight: 600; }
QPushButton[kind="link"][tone="toast"] { color: $toast_link; font-weight: 600; }
QPushButton[small="true"] { min-height: 28px; padding: 0 10px; font-size: 13px; }
QPushButton[small="true"]:focus { padding: 0 9px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px;
    padding: 5px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:focus { border: ${ring}px solid $accent; padding: 4px; }
QToolButton[on="stage"] { background: rgba(15, 14, 13, 150); }
QToolButton[on="stage"]:hover { background: rgba(70, 66, 62, 235); }
QToolButton[on="stage"]:focus { border: ${ring}px solid $toast_link; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox {
    background: $card; color: $ink; border: 1px solid $line; border-radius: ${control_radius}px;
    padding: 0 11px; min-height: ${control}px; font-size: ${base}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit, QTextEdit { padding: 8px 11px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus {
    border: ${ring}px solid $accent; padding: 0 10px;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: 7px 10px; }
QPlainTextEdit[kind="caption"] { font-size: ${heading}px; }
QLineEdit[role="title"] { font-size: ${title}px; font-weight: 600; }
QLineEdit:disabled, QComboBox:disabled { color: $quiet; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $line; selection-background-color: $soft;
    selection-color: $accent_ink;
}
QLineEdit[bare="true"] { border: none; background: transparent; padding: 0; min-height: 0; }

QCheckBox, QRadioButton { spacing: 9px; min-height: 26px; padding: 0 4px 0 2px;
    border: ${ring}px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 17px; height: 17px;
    border: 1px solid $quiet; background: $card; }
QCheckBox::indicator { border-radius: 5px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QRadioButton::indicator:checked { background: $card; border: 5px solid $accent; width: 9px;
    height: 9px; }

QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px;
    min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 36px; min-width: 36px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListWidget#offers {
    background: $card; border: 1px solid $line; border-radius: 10px; padding: 5px;
}
QListWidget#offers::item { border-radius: 7px; padding-left: 8px; color: $ink; }
QListWidget#offers::item:selected { background: $soft; color: $accent_ink; }
QMenu { background: $card; border: 1px solid $line; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 7px 26px 7px 12px; border-radius: 7px; }
QMenu::item:selected { background: $soft; color: $accent_ink; }
QMenu::item:disabled { color: $quiet; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }
QToolTip { background: $ink; color: $background; border: none; padding: 5px 8px;
    font-size: ${small}px; }
""")


def stylesheet(palette: Palette) -> str:
    """Qt's stylesheet for the whole application."""
    fields = {name: getattr(palette, name) for name in palette.__dataclass_fields__}
    return _SHEET.substitute(
        fields,
        card_radius=sizes.CARD_RADIUS,
        control_radius=sizes.CONTROL_RADIUS,
        control=sizes.CONTROL_HEIGHT - 2,
        ring=sizes.RING,
        small=sizes.SMALL,
        base=sizes.BASE,
        heading=sizes.HEADING,
        title=sizes.TITLE,
        display=sizes.DISPLAY,
    )
