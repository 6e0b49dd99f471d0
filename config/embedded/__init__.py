"""PostgreSQL, Redis and secrets for a machine that has none of them ready."""
