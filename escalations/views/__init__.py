"""Pages of the engine: one module for each."""
