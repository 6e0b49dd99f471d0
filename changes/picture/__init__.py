"""What is approved and executed: which rows, with what before and after. SQL is only the way."""
