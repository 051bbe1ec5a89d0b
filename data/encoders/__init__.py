"""Encoders of text: the interface, pre-trained ones by name, and a cache of what they say of words."""
