"""Reading a graph: lookup, translation, paths, neighbourhoods, analogies, subgraphs."""
