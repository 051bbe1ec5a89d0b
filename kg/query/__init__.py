"""Reading a graph: lookup, translation, paths, neighborhoods, analogies, subgraphs."""
