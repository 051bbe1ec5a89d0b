"""Candidate translations, their features, and the network that ranks them."""
