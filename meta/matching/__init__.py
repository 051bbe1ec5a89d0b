"""Matching the words of two languages from a handful of seeds, with weights fitted on other languages."""
