"""The databases that changes are made in: what they hold, and how they are reached."""
