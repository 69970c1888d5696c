"""Frozen backbones behind small protocols, and the packs they come in."""
