"""Search: the query language, the vector index, and how results are ranked."""
