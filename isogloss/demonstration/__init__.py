"""The three uses of isogloss on its bundled sample, with every figure measured in the run that prints it."""
