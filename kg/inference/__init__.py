"""Translations that nobody wrote down: inferred from those that somebody did, each method in a module of its own."""
