"""The engine process: requests in, events out, for the window that started it."""
