"""One pack: what it is, how large, under which licences, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import words
from desktop.theme import sizes
from desktop.widgets import Button, Label
from desktop.widgets.button import LINK, PRIMARY

Act = Callable[[str, str], None]
"""Called with a method of the engine (pack_get, pack_use, pack_remove) and the pack's name."""


class PackRow(QWidget):
    """Shows what `familiar packs --json` says of a pack.

    Downloading asks in the row itself, with the licences above the button that accepts them.
    """

    def __init__(self, pack: Mapping[str, Any], act: Act, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pack, self._act = pack, act
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(sizes.TIGHT)
        text = QVBoxLayout()
        text.setSpacing(1)
        title = Label(str(pack["title"]), "strong", self, wrap=True)
        text.addWidget(title)
        text.addWidget(Label(self._size(), "small", self, wrap=True))
        row.addLayout(text, 1)
        if pack["in_use"]:
            row.addWidget(Label(self.tr("In use"), "good", self))
        else:
            self._buttons(row)
        column.addLayout(row)
        self._more = Button(self.tr("Licences and parts"), self._toggle, LINK, self)
        self._more.setProperty("tone", "quiet")
        self._more.setAccessibleName(self.tr("Licences and parts of {}").format(pack["title"]))
        column.addWidget(self._more)
        self._details = Label(self._parts(), "small", self, wrap=True)
        self._details.hide()
        column.addWidget(self._details)
        self._accept = Button(
            self.tr("I accept these licences: download"),
            lambda: act("pack_get", str(pack["name"])),
            PRIMARY,
            self,
        )
        self._accept.hide()
        column.addWidget(self._accept)

    def _buttons(self, row: QHBoxLayout) -> None:
        pack, name = self._pack, str(self._pack["name"])
        if not pack["downloaded"]:
            get = Button(self.tr("Download…"), self._ask, parent=self, small=True)
            get.setEnabled(bool(pack["available"]))
            row.addWidget(get)
            return
        use = Button(self.tr("Use"), lambda: self._act("pack_use", name), parent=self, small=True)
        use.setEnabled(bool(pack["available"]) and bool(pack["runs"]))
        row.addWidget(use)
        if pack["download_megabytes"]:
            row.addWidget(
                Button(
                    self.tr("Remove"),
                    lambda: self._act("pack_remove", name),
                    parent=self,
                    small=True,
                )
            )

    def _ask(self) -> None:
        self._details.show()
        self._accept.show()
        self._accept.setFocus()

    def _toggle(self) -> None:
        shown = self._details.isHidden()
        self._details.setVisible(shown)
        if not shown:
            self._accept.hide()

    def _size(self) -> str:
        pack = self._pack
        download = int(pack["download_megabytes"])
        size = self.tr("comes with Familiar")
        if download:
            size = self.tr("{} GB to download").format(f"{download / 1000:.1f}")
            if pack["downloaded"]:
                size = self.tr("downloaded, {} GB").format(f"{download / 1000:.1f}")
        return words.together(size, self.tr("on this machine: {}").format(pack["verdict"]))

    def _parts(self) -> str:
        lines = [f"{one['does']}: {one['what']}, {one['licence']}" for one in self._pack["parts"]]
        return "\n".join([*lines, str(self._pack["note"])])
