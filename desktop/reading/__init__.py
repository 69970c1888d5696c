"""Reads of the library in the background; the window's thread never waits for a disk."""
