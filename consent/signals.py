"""What other rooms may listen to. Each is sent in the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

grant_given = Signal()
"""Sent with ``grant`` and ``now``: a person granted something."""

grant_changed = Signal()
"""Sent with ``grant``, ``now`` and ``by``: its state is another, for better or worse; ended, suspended, in force again."""

use_covered = Signal()
"""Sent with ``use`` and ``now``: everybody in it allows it, so that its work can go on."""

use_cut_off = Signal()
"""Sent with ``use``, ``grant`` and ``now``: what it publishes must go dark in this very transaction."""

use_restored = Signal()
"""Sent with ``use`` and ``now``: what was cut off may be shown again."""
