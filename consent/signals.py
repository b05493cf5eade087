"""What other rooms may listen to. Each is sent in the transaction of the change."""

from __future__ import annotations

from django.dispatch import Signal

grant_given = Signal()
"""Sent with ``grant`` and ``now``: a person granted something."""

grant_changed = Signal()
"""Sent with ``grant``, ``now`` and ``by``: its state is another, for better or worse; ended, suspended, in force again."""

use_covered = Signal()
"""Sent with ``use`` and ``now``: everybody in it allows it, so that its work can go on."""

preview_asked = Signal()
"""Sent with ``use`` and ``now``: it is covered but for somebody's approval of the finished file, which they must be shown."""

uses_held = Signal()
"""Sent with ``uses``, a list, before any of them is changed: who will change rows for them locks those now, in their order."""

use_cut_off = Signal()
"""Sent with ``use``, ``grant`` (None where the use's own time is over), ``is_final`` and ``now``: what it publishes must go dark in
this very transaction. ``is_final`` is False while the grant only rests."""

use_restored = Signal()
"""Sent with ``use`` and ``now``: what was cut off may be shown again."""
