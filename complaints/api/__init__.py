"""The HTTP API: what the pages show, and each of their moves, as JSON."""
