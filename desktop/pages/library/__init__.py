"""The library page: every photo by time, and what a search finds."""
