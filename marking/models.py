"""Where Django looks for models; each lives in its own room."""

from marking.registry.models import Registration, Variant
from marking.unlabelled.models import UnlabelledCopy
from marking.verification.models import KeptReport
from marking.works.models import Job, Transition, Work

__all__ = ["Job", "KeptReport", "Registration", "Transition", "UnlabelledCopy", "Variant", "Work"]
