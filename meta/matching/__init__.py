"""What other languages teach about matching the words of two languages from a handful of seeds."""
