"""The name of the keeper's queue, by itself: settings read it before there are models."""

from __future__ import annotations

QUEUE = "vault"
"""Tasks that open something name this queue: the keeper takes from it, and nobody else does."""
