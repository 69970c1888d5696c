"""Errors whose message is a sentence for the owner."""

from __future__ import annotations


class FamiliarError(Exception):
    """Something the owner can understand and act on; `str(error)` is one plain sentence."""


class LibraryError(FamiliarError):
    """The library's own files cannot be used as they are."""


class Damaged(LibraryError):
    """One of the library's files is damaged, or is not what its name says."""


class NoRoom(LibraryError):
    """A disk is full, or another program holds a file: later the same may work."""


class PhotoError(FamiliarError):
    """One photo file cannot be read; the reason concerns that file alone."""


class PackError(FamiliarError):
    """A model pack, or one of its parts, is missing, damaged or not what was expected."""


class UsageError(FamiliarError):
    """What was asked for does not exist or does not make sense."""
