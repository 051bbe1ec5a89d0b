"""Word translation, similarity and sentence retrieval by the conventions of the field."""
