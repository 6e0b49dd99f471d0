"""A house of people simulated for a year: the product's own moves, in simulated time."""
