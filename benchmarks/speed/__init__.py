"""How fast: ratios measured in one run, in CPU seconds."""
