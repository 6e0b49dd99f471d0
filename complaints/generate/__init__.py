"""Many cases with history, by bulk insert: for measuring, never for people."""

from complaints.generate.writer import generate_cases

__all__ = ["generate_cases"]
