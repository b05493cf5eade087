"""What other rooms may listen to."""

from __future__ import annotations

from django.dispatch import Signal

notice_written = Signal()
"""Sent with ``notice``, ``kind``, ``params`` and ``now`` in the transaction that writes a notice."""
