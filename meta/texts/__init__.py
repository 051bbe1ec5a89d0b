"""Few-shot classification of texts across languages."""
