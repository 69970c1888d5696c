"""The pages, and which class each is; a page is imported and made when it is first shown."""

from __future__ import annotations

from importlib import import_module

from desktop import navigation
from desktop.context import Context
from desktop.pages.page import Page

_PAGES = {
    navigation.LIBRARY: ("desktop.pages.library.page", "LibraryPage"),
    navigation.PEOPLE: ("desktop.pages.people.page", "PeoplePage"),
    navigation.ALBUMS: ("desktop.pages.albums.page", "AlbumsPage"),
    navigation.PHOTO: ("desktop.pages.photo.page", "PhotoPage"),
    navigation.ACTIVITY: ("desktop.pages.activity.page", "ActivityPage"),
    navigation.SETTINGS: ("desktop.pages.settings.page", "SettingsPage"),
    navigation.WELCOME: ("desktop.pages.welcome.page", "WelcomePage"),
}


def make(name: str, context: Context) -> Page:
    """The page of this name (see `desktop.navigation`)."""
    module, kind = _PAGES[name]
    page = getattr(import_module(module), kind)(context)
    assert isinstance(page, Page)
    return page
