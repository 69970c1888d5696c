"""Photos at full size: read from their files and decoded off the window's thread."""
