"""Executes an approved picture on its target: at most once, on these very rows, or not at all."""
