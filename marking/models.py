"""Where Django looks for models; each lives in its own room."""

from marking.desk.models import Case, CaseEvent, ReportOpinion
from marking.registry.models import IndexEntry, Registration, Variant
from marking.unlabelled.models import UnlabelledCopy
from marking.verification.models import KeptReport
from marking.works.faces.models import FoundFace
from marking.works.models import Job, Transition, Work

__all__ = [
    "Case",
    "CaseEvent",
    "FoundFace",
    "IndexEntry",
    "Job",
    "KeptReport",
    "Registration",
    "ReportOpinion",
    "Transition",
    "UnlabelledCopy",
    "Variant",
    "Work",
]
