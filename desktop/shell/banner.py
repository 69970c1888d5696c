"""A line above the page, while something is not as it should be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.theme import sizes
from desktop.widgets.button import Button
from desktop.widgets.label import Label


class Banner(QFrame):
    """One sentence, the most important of those that hold, with a button or without."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "banner")
        self._states: dict[str, tuple[int, str, str, Callable[[], None] | None]] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(sizes.EDGE, 7, sizes.EDGE, 7)
        self._text = Label("", parent=self, wrap=True)
        self._button = Button("", self._act, parent=self, small=True)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self.hide()

    def put(
        self,
        name: str,
        weight: int,
        text: str,
        action: str = "",
        act: Callable[[], None] | None = None,
    ) -> None:
        """A state holds: say so, unless a weightier one holds too. No text means it ended."""
        if text:
            self._states[name] = (weight, text, action, act)
        else:
            self._states.pop(name, None)
        self._show()

    def _show(self) -> None:
        if not self._states:
            self.hide()
            return
        _, text, action, act = max(self._states.values(), key=lambda state: state[0])
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(act is not None)
        self.show()

    def _act(self) -> None:
        _, _, _, act = max(self._states.values(), key=lambda state: state[0])
        if act is not None:
            act()
