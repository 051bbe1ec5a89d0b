"""The data of the bundled sample and the script that made it (see ORIGIN.md)."""
