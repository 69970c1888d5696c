"""The Settings page: folders, what looks at the photos, appearance, privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QWidget

from desktop.context import Context
from desktop.navigation import Destination
from desktop.pages.page import Page
from desktop.pages.scrolled import Column
from desktop.pages.settings.folders import FolderCard
from desktop.pages.settings.packs import PackCard
from desktop.process.engine import READY
from desktop.process.messages import Change
from desktop.theme.appearance import IN_DARK, IN_LIGHT, SYSTEM
from desktop.widgets import Button, Card, Label
from engine import __version__

if TYPE_CHECKING:
    from engine.library import Library

APPEARANCE = "appearance"
QUIET = "quiet"


class SettingsPage(Page):
    """What can be chosen, each effective at once."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.header(self.tr("Settings"))
        self.folders = FolderCard(context, self)
        self.packs = PackCard(context, self)
        column = Column(self)
        column.add_section(self.tr("Folders"), self.folders)
        column.add_section(self.tr("Appearance"), self._appearance())
        column.add_section(self.tr("While Familiar works"), self._working())
        column.add_section(self.tr("Privacy and safety"), self._privacy())
        column.add_section(self.tr("What looks at your photos"), self.packs)
        column.add_section(self.tr("About"), self._about())
        self.column.addWidget(column, 1)
        context.engine.state_changed.connect(self._tell_quiet)

    def enter(self, destination: Destination) -> None:
        self.folders.read()
        self.packs.read()

    def refresh(self, change: Change) -> None:
        if change.what & {"photos", "folders"}:
            self.folders.read()

    def _appearance(self) -> Card:
        card = Card(self, margin=16)
        self._choices = QButtonGroup(card)
        for choice, text in (
            (SYSTEM, self.tr("As the system is")),
            (IN_LIGHT, self.tr("Light")),
            (IN_DARK, self.tr("Dark")),
        ):
            button = QRadioButton(text, card)
            button.setChecked(self.context.appearance.choice == choice)
            button.toggled.connect(lambda on, choice=choice: self._choose(choice) if on else None)
            self._choices.addButton(button)
            card.body.addWidget(button)
        return card

    def _choose(self, choice: str) -> None:
        self.context.appearance.choose(choice)
        self.context.preferences.put(APPEARANCE, choice)
        self.context.preferences.save()

    def _working(self) -> Card:
        card = Card(self, margin=16)
        self.quiet = QCheckBox(self.tr("Leave the machine room for other things"), card)
        self.quiet.setChecked(bool(self.context.preferences.number(QUIET)))
        self.quiet.toggled.connect(self._be_quiet)
        card.body.addWidget(self.quiet)
        card.body.addWidget(
            Label(
                self.tr(
                    "Looking at photos then takes longer, and a laptop stays cool and quiet. On "
                    "its battery, Familiar always does this."
                ),
                "small",
                card,
                wrap=True,
            )
        )
        return card

    def _be_quiet(self, on: bool) -> None:
        self.context.preferences.put(QUIET, int(on))
        self.context.preferences.save()
        self._tell_quiet(self.context.engine.state)

    def _tell_quiet(self, state: str) -> None:
        if state == READY:
            self.context.engine.request("quiet", {"on": self.quiet.isChecked()}, lambda _: None)

    def _privacy(self) -> Card:
        card = Card(self, margin=16)
        text = self.tr(
            "Everything stays on this machine: nothing is uploaded, and there is no account. Your "
            "photos are only ever read. Familiar goes online for one thing alone: to download what "
            "you ask for below."
        )
        card.body.addWidget(Label(text, "", card, wrap=True))
        kept = self.tr("Names, tags, corrections and albums are kept in {}.").format(
            self.context.home
        )
        card.body.addWidget(Label(kept, "small", card, wrap=True))
        row = QHBoxLayout()
        row.addWidget(Button(self.tr("Make a back-up now"), self._back_up, parent=card))
        row.addWidget(Button(self.tr("Open that folder"), self._open_home, parent=card))
        row.addStretch()
        card.body.addLayout(row)
        return card

    def _back_up(self) -> None:
        def back_up(library: Library) -> str:
            return str(library.back_up())

        say = self.context.notices.say
        self.context.reader.write(
            back_up, lambda copy: say(self.tr("Backed up: {}").format(copy)), say
        )

    def _open_home(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.context.home)))

    def _about(self) -> QWidget:
        card = Card(self, margin=16)
        card.body.addWidget(Label(f"Familiar {__version__}", "strong", card))
        licence = self.tr(
            "Free software under the Apache licence 2.0. What looks at your photos has licences of "
            "its own, listed above."
        )
        card.body.addWidget(Label(licence, "small", card, wrap=True))
        return card
