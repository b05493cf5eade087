"""What other rooms may listen to. Each is sent in the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

work_deleted = Signal()
"""Sent with ``work`` and ``now``: its files go, and nothing more is made of it."""
