"""The search bar: names become chips as they are typed, and completing them is one key away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from desktop import words
from desktop.theme import colours, sizes
from desktop.theme.icons import pixmap
from desktop.thumbnails.loader import Thumbnails
from desktop.thumbnails.picture import Box, Picture
from desktop.widgets import utf16
from desktop.widgets.button import IconButton
from desktop.widgets.chip import Chip
from desktop.widgets.chip_row import ChipRow
from desktop.widgets.filters import ends_with_filter
from desktop.widgets.label import Label
from desktop.widgets.offers import Offers
from desktop.widgets.tokens import Token, ends_with_name, split
from engine.search.query import Known

_FACE = 22
_OFFERED = 6
_LONGEST = 2000
"""Characters of what is written: far more than anybody types, and no more than is answered."""
_WRITING = 100
"""Width that is always left to write in."""
_AROUND = 104
"""Width of the bar's margins, glass and cross."""


@dataclass(frozen=True)
class Named:
    """Someone or something that can be searched for, and the picture on their chip."""

    known: Known
    photo_id: int | None = None
    box: Box | None = None


class SearchBar(QFrame):
    """A line to type in, after the chips of what is understood already."""

    changed = Signal(str)
    """The whole search, whenever it is another."""
    submitted = Signal(str)
    """Enter was pressed."""
    entered = Signal()
    """The keyboard is here now."""
    left = Signal()
    """Down or Escape on an empty line: the keyboard wants to go on to what was found."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._named: dict[int, Named] = {}
        self._tokens: list[Token] = []
        self._said = ""
        self.setFixedHeight(sizes.BAR_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(8)
        self._glass = Label(parent=self)
        row.addWidget(self._glass)
        self._chips = ChipRow(self)
        row.addWidget(self._chips)
        self.edit = QLineEdit(self)
        self.edit.setProperty("bare", True)
        self.edit.setMinimumWidth(_WRITING)
        self.edit.setMaxLength(_LONGEST)
        self.edit.setAccessibleName(self.tr("Search"))
        self.edit.textEdited.connect(self._typed)
        self.edit.installEventFilter(self)
        row.addWidget(self.edit, 1)
        self._count = Label("", "quiet", self)
        row.addWidget(self._count)
        self._clear = IconButton("close", self.tr("Clear the search"), self.clear, self, size=16)
        row.addWidget(self._clear)
        self._offers = Offers(self.edit, _FACE)
        self._offers.chosen.connect(self._complete)
        self.setFocusProxy(self.edit)
        self._tint()
        self._show()

    # What others do

    @property
    def text(self) -> str:
        """The whole search as it was typed."""
        parts = [token.text for token in self._tokens]
        return " ".join([*parts, self.edit.text().strip()]).strip()

    def set_text(self, text: str) -> None:
        """Search for this instead; what can be understood of it becomes chips."""
        self._tokens, rest = split(text, self._known(), finished=True)
        self.edit.setText(rest)
        self._show()
        self._say()

    def clear(self) -> None:
        """Search for nothing."""
        self.set_text("")
        self.edit.setFocus()

    def set_names(self, named: Sequence[Named]) -> None:
        """Who can be searched for by name, the likeliest first."""
        self._named = {one.known.id: one for one in named}
        if self.text:
            # A name may be another now, or be one at last; what is a chip already stays one.
            known = self._known()
            written = " ".join(token.text for token in self._tokens)
            self._tokens, left = split(written, known, finished=True)
            more, rest = split(f"{left} {self.edit.text()}".lstrip(), known)
            self._tokens += more
            if rest != self.edit.text():
                self.edit.setText(rest)
            self._show()

    def show_count(self, count: int | None) -> None:
        """How many photos were found; None for not known (yet)."""
        self._count.setText("" if count is None else words.photos(count))
        self._fit()

    def show_waiting(self) -> None:
        """What is found is still to come."""
        self._count.setText(self.tr("looking…"))
        self._fit()

    # What happens

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._offers.hide()
            self.update()
            if event.type() == QEvent.Type.FocusIn:
                self.entered.emit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, active = colours(), self.edit.hasFocus()
        inside = self.rect().adjusted(3, 3, -3, -3)
        if active:
            painter.setPen(QPen(QColor(palette.soft), 3))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 14, 14)
        painter.setPen(QPen(QColor(palette.accent if active else palette.line), 1.4))
        painter.setBrush(QColor(palette.card))
        painter.drawRoundedRect(inside, 12, 12)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._glass.setPixmap(pixmap("search", colours().quiet, 18, self.devicePixelRatioF()))

    def _pressed(self, event: QKeyEvent) -> bool:
        """Keys that mean more here than in any line; True if it was one."""
        key = event.key()
        offering = self._offers.isVisible()
        at_start = self.edit.cursorPosition() == 0 and not self.edit.hasSelectedText()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if key == Qt.Key.Key_Backspace and at_start and self._tokens:
            self._untoken()
        elif offering and (enter or key == Qt.Key.Key_Tab):
            self._offers.take()
        elif offering and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._offers.step(1 if key == Qt.Key.Key_Down else -1)
        elif offering and key == Qt.Key.Key_Escape:
            self._offers.hide()
        elif enter:
            self._take_tokens(finished=True)
            self._say()
            self.submitted.emit(self.text)
        elif key == Qt.Key.Key_Escape and self.text:
            self.clear()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            return False
        return True

    def _typed(self, _: str) -> None:
        self._take_tokens()
        self._offer()
        self._say()

    def _take_tokens(self, *, finished: bool = False) -> None:
        """Chips of what the line begins with, unless one writes before it."""
        tokens, rest = split(self.edit.text(), self._known(), finished=finished)
        taken = utf16.length(self.edit.text()) - utf16.length(rest)
        if tokens and (finished or self.edit.cursorPosition() >= taken):
            place = self.edit.cursorPosition() - taken
            self._tokens += tokens
            self.edit.setText(rest)
            self.edit.setCursorPosition(max(0, place))
            self._show()

    def _untoken(self) -> None:
        """The last chip is text again, to be written differently."""
        token = self._tokens.pop()
        self.edit.setText(" ".join([token.text, self.edit.text()]).strip())
        self.edit.setCursorPosition(utf16.length(token.text))
        self._show()
        self._say()

    def _remove(self, token: Token) -> None:
        self._tokens = [one for one in self._tokens if one is not token]
        self._show()
        self.edit.setFocus()
        self._say()

    def _offer(self) -> None:
        """Names or filters that what was typed last may become."""
        before = self._before()
        _, filters = ends_with_filter(before)
        if filters:
            self._offers.offer(filters, [QIcon() for _ in filters])
            return
        typed, fitting = ends_with_name(before, self._known())
        if len(fitting) == 1 and fitting[0].name == typed:
            fitting = []
        fitting = fitting[:_OFFERED]
        pictures = [self._face(self._named[one.id]) for one in fitting]
        self._offers.offer([one.name for one in fitting], pictures)

    def _complete(self, name: str) -> None:
        """The name, or the filter, in place of what was typed of it."""
        before = self._before()
        after = self.edit.text()[len(before) :]
        typed = ends_with_filter(before)[0] or ends_with_name(before, self._known())[0]
        written = f"{before[: len(before) - len(typed)]}{name} "
        self.edit.setText(written + after.lstrip())
        self.edit.setCursorPosition(utf16.length(written))
        self._offers.hide()
        self._take_tokens(finished=not after.strip())
        self._say()

    def _before(self) -> str:
        """What is written before the cursor."""
        return utf16.before(self.edit.text(), self.edit.cursorPosition())

    def _say(self) -> None:
        if self.text != self._said:
            self._said = self.text
            self._clear.setVisible(bool(self._said))
            self.changed.emit(self._said)

    def _show(self) -> None:
        """The chips, made anew."""
        hint = self.tr("Search: a name, a place, what is going on")
        self.edit.setPlaceholderText("" if self._tokens else hint)
        self._chips.put([self._chip(token) for token in self._tokens])
        self._fit()
        self._clear.setVisible(bool(self.text))

    def _fit(self) -> None:
        """Leave room to write in, and for the count, whatever was understood."""
        room, count = self.width() - _WRITING - _AROUND, self._count.sizeHint().width()
        counted = room - count >= self._chips.least
        self._count.setVisible(counted)
        self._chips.fit(room - count if counted else room)

    def _chip(self, token: Token) -> Chip:
        named = next(
            (one for one in self._named.values() if one.known.name == token.chip.text), None
        )
        face = named is not None and token.named
        chip = Chip(
            token.label,
            self,
            named=token.chip.kind == "name",
            removable=True,
            thumbnails=self._thumbnails if face else None,
        )
        if face and named is not None:
            chip.show_photo(named.photo_id, named.box)
        chip.removed.connect(lambda: self._remove(token))
        return chip

    def _face(self, named: Named) -> QIcon:
        if named.photo_id is None:
            return QIcon()
        side = round(_FACE * self.devicePixelRatioF())
        picture = Picture(named.photo_id, side, side, side / 2, named.box)
        found = self._thumbnails.pixmap(picture)
        if found is None:
            self._thumbnails.want(self, [picture])
            return QIcon()
        return QIcon(found)

    def _known(self) -> list[Known]:
        return [one.known for one in self._named.values()]
