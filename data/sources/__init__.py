"""Public collections of vectors and dictionaries: what there is, on what terms, and how it is fetched."""
