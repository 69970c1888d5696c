"""The sidebar: where one can go, with counts, and those one is closest to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import navigation
from desktop.context import Context
from desktop.navigation import Destination
from desktop.reading.household import Household
from desktop.shell.sidebar_item import SidebarItem
from desktop.theme import colours, sizes
from desktop.widgets.label import Label

_CLOSEST = 8


class Sidebar(QWidget):
    """Leads to the pages; where the window is, is marked."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("surface", "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(sizes.SIDEBAR_WIDTH)
        self._items: dict[str, SidebarItem] = {}
        self._people: dict[int, SidebarItem] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(sizes.NEAR, 18, sizes.NEAR, 18)
        self._column.setSpacing(2)
        self._title = QLabel(self)
        self._title.setObjectName("wordmark")
        self._title.setContentsMargins(10, 0, 0, 14)
        self._write_title()
        self._column.addWidget(self._title)
        for name, text in (
            (navigation.LIBRARY, self.tr("Library")),
            (navigation.PEOPLE, self.tr("People & pets")),
            (navigation.ALBUMS, self.tr("Albums")),
            (navigation.ACTIVITY, self.tr("Activity")),
        ):
            self._column.addWidget(self._item(name, text))
        self._close = Label(self.tr("CLOSE TO YOU"), "overline", self)
        self._close.setContentsMargins(10, 16, 0, 6)
        self._close.hide()
        self._column.addWidget(self._close)
        self._closest = QVBoxLayout()
        self._closest.setSpacing(2)
        self._column.addLayout(self._closest)
        self._column.addStretch()
        self._column.addWidget(self._item(navigation.SETTINGS, self.tr("Settings")))
        context.navigation.went.connect(self._mark)
        context.household.changed.connect(self._show)
        self._show(context.household.now)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._write_title()
        super().changeEvent(event)

    def _item(self, page: str, text: str) -> SidebarItem:
        item = SidebarItem(text, self)
        item.clicked.connect(lambda: self._context.navigation.go(page))
        self._items[page] = item
        return item

    def _write_title(self) -> None:
        dot = f'<span style="color:{colours().accent_ink}">i</span>'
        self._title.setText(f"Fam{dot}liar")

    def _mark(self, destination: Destination) -> None:
        person = destination.page == navigation.PEOPLE and destination.concept_id is not None
        chosen = self._people.get(destination.concept_id or 0) if person else None
        page = destination.page
        if page == navigation.PHOTO:
            return
        for name, item in self._items.items():
            item.setChecked(name == page and chosen is None)
        for one in self._people.values():
            one.setChecked(one is chosen)

    def _show(self, household: Household) -> None:
        for page, count in (
            (navigation.LIBRARY, household.photos),
            (navigation.PEOPLE, len(household.people)),
            (navigation.ALBUMS, household.albums),
        ):
            self._items[page].show_count(count or None)
        closest = [one for one in household.people if one.photos][:_CLOSEST]
        if [one.concept_id for one in closest] != list(self._people) or any(
            self._people[one.concept_id].text() != one.name for one in closest
        ):
            self._fill([(one.concept_id, one.name) for one in closest])
        for one in closest:
            item = self._people[one.concept_id]
            item.show_count(one.photos)
            item.show_photo(one.cover, one.box)
        self._close.setVisible(bool(closest))

    def _fill(self, closest: list[tuple[int, str]]) -> None:
        for item in self._people.values():
            item.hide()
            item.deleteLater()
        self._people = {}
        for concept_id, name in closest:
            item = SidebarItem(name, self, thumbnails=self._context.thumbnails)
            item.clicked.connect(lambda _=False, one=concept_id: self._open(one))
            self._people[concept_id] = item
            self._closest.addWidget(item)
        here = self._context.navigation.here
        if here is not None:
            self._mark(here)

    def _open(self, concept_id: int) -> None:
        self._context.navigation.go(navigation.PEOPLE, concept_id=concept_id)
