"""Where Django looks for models; each lives in its own room."""

from marking.registry.models import IndexEntry, Registration, Variant
from marking.unlabelled.models import UnlabelledCopy
from marking.works.models import Job, Transition, Work

__all__ = ["IndexEntry", "Job", "Registration", "Transition", "UnlabelledCopy", "Variant", "Work"]
