"""Which marks a work needs, by jurisdiction: a table, since law changes more often than code. Pure."""
