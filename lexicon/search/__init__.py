"""Nearest neighbors across two vector spaces: cosine, CSLS, exact and approximate."""
