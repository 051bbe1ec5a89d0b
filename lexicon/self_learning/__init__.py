"""Training pairs beyond the seed dictionary: cognates, cycles, self-learning from few seeds."""
