"""How tasks resemble one another: descriptors, affinities, pictures."""
