"""Turning the access to a work off, and on again: the work's state stays what it is, and its files are kept."""
