"""The Albums page."""
