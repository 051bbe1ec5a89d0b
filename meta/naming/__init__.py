"""Naming pictures in a language that has named only a few of them."""
