"""Familiar's engine: the library, the models that look at photos, and the command line."""

__version__ = "0.1.0"
