"""What other rooms may listen to."""

from __future__ import annotations

from django.dispatch import Signal

request_reported = Signal()
"""Sent with ``request``, ``by`` (None without an account) and ``now``, in the transaction of the report."""
