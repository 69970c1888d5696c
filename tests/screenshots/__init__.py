"""Pictures of every page and state, light and dark, on the sample library.

    python -m tests.screenshots [--only NAME] [--home FOLDER] [--out FOLDER]

A page adds its own in a module of this folder: a function marked `@shot("name")` that brings the
window into a state, and nothing else.
"""
