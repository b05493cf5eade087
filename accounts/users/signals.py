"""What other rooms may listen to."""

from __future__ import annotations

from django.dispatch import Signal

account_erasing = Signal()
"""Sent with ``user`` and ``now`` in the transaction that erases an account, while its key still opens and seals."""
