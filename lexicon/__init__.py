"""Two vector spaces in, a scored bilingual dictionary out."""
