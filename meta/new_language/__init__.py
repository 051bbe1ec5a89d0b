"""Adaptation to a new language: evaluation, explanation, active learning."""
