"""What isogloss costs and how well it does: every figure in the documentation comes from a script here."""
