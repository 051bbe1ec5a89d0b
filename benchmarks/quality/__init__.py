"""How good: translation, inference and new languages, on real data."""
