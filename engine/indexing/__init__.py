"""Indexing: finding photos, and taking each of them through its stages."""
