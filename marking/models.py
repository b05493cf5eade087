"""Where Django looks for models; each lives in its own room."""

from marking.registry.models import Registration
from marking.works.models import Job, Transition, Work

__all__ = ["Job", "Registration", "Transition", "Work"]
