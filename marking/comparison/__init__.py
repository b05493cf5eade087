"""What became of a registered picture: where an upload shows it, and where it was changed. Pure."""

from marking.comparison.change import ChangedRegion, Kind
from marking.comparison.comparing import Comparison, compare

__all__ = ["ChangedRegion", "Comparison", "Kind", "compare"]
