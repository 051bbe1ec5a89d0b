"""The outer loop: steps, samplers, task weighting, regularisation, checkpoints."""
