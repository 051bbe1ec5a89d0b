"""What comes in: vectors, dictionaries, corpora, sources to fetch, the bundled sample."""
