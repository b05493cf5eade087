"""Decisions that two people make: one proposes, and another, who has no part in it, confirms or declines."""
