"""The one place where this room meets the vault: what opens is chosen here and nowhere else."""

from __future__ import annotations

from accounts.vault.keeper import Damaged as Damaged
from accounts.vault.keeper import Erased as Erased
from accounts.vault.keeper import Field as Field
from accounts.vault.keeper import KeeperAbsent as KeeperAbsent
from accounts.vault.keeper import OpeningKeyUnknown as OpeningKeyUnknown
from accounts.vault.keeper import open_fields as open_fields
