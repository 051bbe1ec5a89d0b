"""A graph as a web page on this machine, and as JSON for other programs."""
