"""A project: languages, dictionaries and what is made of them, in one file, ``isogloss.toml``."""
