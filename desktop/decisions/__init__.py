"""What the owner decides: written at once, told to the engine, and undone with Ctrl+Z."""
