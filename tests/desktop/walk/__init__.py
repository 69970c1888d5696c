"""The window's main path, walked as a person walks it, with the real engine and a real library.

From the first start to a corrected photo, by mouse and by keyboard alone: see `path`. The test
beside it walks without a screen; `python -m tests.desktop.walk` also takes a picture of each step.
"""
