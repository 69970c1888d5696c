"""Small pictures for grids, cards and chips: read and decoded off the window's thread."""
