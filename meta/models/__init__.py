"""The networks that are meta-trained, and their files."""
