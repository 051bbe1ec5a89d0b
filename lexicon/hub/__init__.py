"""Many languages in one shared space (generalised Procrustes)."""
