"""Every write of the case: one function per move, by noun."""
