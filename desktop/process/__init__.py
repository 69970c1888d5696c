"""The window's end of the engine process: it is started, asked, listened to and started again."""
