"""Files in and out of the graph, one module for each format."""
