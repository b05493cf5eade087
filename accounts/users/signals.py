"""What other rooms may listen to."""

from __future__ import annotations

from django.dispatch import Signal

account_erasing = Signal()
"""Sent with ``user`` and ``now`` in the transaction that erases an account, while its key still opens and seals."""

account_erased = Signal()
"""Sent with ``user`` and ``now`` in that transaction when all rooms have heard of it and the key is destroyed: for what they wrote to ``user`` on the way.

The addresses of the account are still known.
"""

deletion_promised = Signal()
"""Sent with ``user``, ``promised`` (the day) and ``now`` in the transaction that seals an account whose deletion is requested."""
