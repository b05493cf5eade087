"""What other rooms may listen to."""

from __future__ import annotations

from django.dispatch import Signal

identity_ending = Signal()
"""Sent with ``claim`` and ``now``, in a transaction, a month before a verified claim ends by itself."""
identity_ended = Signal()
"""Sent with ``claim`` and ``now`` in the transaction that ends a verified claim, and with it the right to publish."""
identity_claimed_again = Signal()
"""Sent with ``claim``, that of the holder, and ``now`` in a transaction, where somebody else claims the same document."""
