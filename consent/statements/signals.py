"""What other rooms may listen to, in the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

statement_accepted = Signal()
"""Sent with ``statement``, ``facts`` and ``now``: what was signed was also said. Who asked for the statement gives the grant."""
