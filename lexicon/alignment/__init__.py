"""Maps that carry two vector spaces into one: normalisation, Procrustes, VecMap, RCSLS, contrastive, presets."""
