"""Statistics and linear algebra that lexicons, the graph and meta-learning share."""
