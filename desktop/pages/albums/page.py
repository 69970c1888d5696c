"""The albums page: those made by hand, saved searches, trips and days, everyone's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop import navigation, words
from desktop.context import Context
from desktop.decisions.albums import album_of
from desktop.navigation import Destination
from desktop.pages.albums.album import TRIP, AlbumView
from desktop.pages.albums.covers import SearchCovers
from desktop.pages.albums.listing import Entry, Listing, read_listing
from desktop.pages.page import Page
from desktop.process.messages import Change
from desktop.reading.reader import LONG
from desktop.theme import sizes
from desktop.widgets import Button, EmptyState, Label
from desktop.widgets.asking import ask_name
from desktop.widgets.card_wall import CardWall
from desktop.widgets.picture_card import PictureCard


class AlbumsPage(Page):
    """All of them, or with an album's number one of them."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._listing: Listing | None = None
        self._covers = SearchCovers(context)
        self.album = AlbumView(context, self)
        self._all = QWidget(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._all)
        self._stack.addWidget(self.album)
        self.column.addLayout(self._stack, 1)
        whole = QVBoxLayout(self._all)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.make = Button(self.tr("New album…"), self._ask_name, parent=self._all)
        whole.addWidget(self.header(self.tr("Albums"), self.make))
        self._scroll = QScrollArea(self._all)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inside())
        whole.addWidget(self._scroll, 1)
        self._empty = EmptyState(
            "albums",
            self.tr("No albums yet"),
            self.tr(
                "Everyone you name gets one by themselves. Save a search as an album, or select "
                "photos in the library and add them to one."
            ),
            self._all,
        )
        self._empty.hide()
        whole.addWidget(self._empty, 1)

    def enter(self, destination: Destination) -> None:
        if destination.album_id is not None:
            self._stack.setCurrentWidget(self.album)
            self.album.show_album(destination.album_id)
            self.album.panel.setFocus()
            return
        self._stack.setCurrentWidget(self._all)
        self._covers.forget()
        self._read()

    def refresh(self, change: Change) -> None:
        if self._stack.currentWidget() is self.album:
            self.album.refresh(change)
        elif change.what & {"albums", "concepts", "sightings", "photos"}:
            self._read()

    def _read(self) -> None:
        self.context.reader.read(self, read_listing, self._show, lane=LONG, key="albums")

    def _show(self, listing: Listing) -> None:
        if listing == self._listing:
            return
        self._listing = listing
        self._scroll.setVisible(bool(len(listing)))
        self._empty.setVisible(not len(listing))
        for section, entries in zip(
            self._sections,
            (listing.by_hand, listing.searches, listing.trips, listing.people),
            strict=True,
        ):
            section.show_entries(entries)

    def _inside(self) -> QWidget:
        inside = QWidget(self._scroll)
        inside.setProperty("surface", "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(sizes.EDGE, sizes.APART, sizes.EDGE, sizes.APART)
        column.setSpacing(0)
        self._sections = [
            _Section(title, CardWall(self._scroll, self._card, inside), inside)
            for title in (
                self.tr("Made by you"),
                self.tr("Saved searches"),
                self.tr("Trips and days"),
                self.tr("People & pets"),
            )
        ]
        for section in self._sections:
            section.wall.filled.connect(self._order)
            column.addWidget(section)
        column.addStretch()
        return inside

    def _card(self, entry: Entry, parent: QWidget) -> PictureCard:
        figures = self.tr("search") if entry.photos is None else words.photos(entry.photos)
        card = PictureCard(
            self.context.thumbnails, entry.title, figures, entry.cover, entry.box, parent
        )
        card.opened.connect(partial(self._open, entry))
        if entry.cover is None and entry.album is not None and entry.album.query is not None:
            self._covers.show(entry.album.query, card)
        return card

    def _order(self) -> None:
        """Tab goes from above to below, whenever the cards were made."""
        cards = (card for section in self._sections for card in section.wall.cards())
        for one, other in pairwise([self.make, *cards]):
            QWidget.setTabOrder(one, other)

    def _open(self, entry: Entry) -> None:
        go = self.context.navigation.go
        if entry.concept_id is not None:
            go(navigation.PEOPLE, concept_id=entry.concept_id)
        elif entry.album is not None and entry.album.query is not None:
            go(navigation.LIBRARY, query=entry.album.query)
        elif entry.album is not None:
            go(navigation.ALBUMS, album_id=entry.album.id)
        elif entry.trip is not None:
            go(navigation.ALBUMS, album_id=f"{TRIP}{entry.trip.id}")

    def _ask_name(self) -> None:
        ask_name(
            self.make,
            self.tr("What is the new album called?"),
            self.tr("Make it"),
            lambda name: self.context.history.decide(album_of(name, ())),
        )


class _Section(QWidget):
    """A heading with its cards; hidden while there are none."""

    def __init__(self, title: str, wall: CardWall[Entry], parent: QWidget) -> None:
        super().__init__(parent)
        self.wall = wall
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, sizes.APART + sizes.NEAR)
        column.setSpacing(sizes.NEAR)
        column.addWidget(Label(title, "heading", self))
        column.addWidget(wall)
        self.hide()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these instead."""
        self.setVisible(bool(entries))
        self.wall.show_entries(entries)
