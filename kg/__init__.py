"""The multilingual knowledge graph: schema, store, query, inference, exchange."""
