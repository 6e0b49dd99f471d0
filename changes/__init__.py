"""Production data changes: approve the picture, execute the picture."""
