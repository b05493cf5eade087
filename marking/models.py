"""Where Django looks for models; each lives in its own room."""

from marking.desk.appeals.models import Appeal
from marking.desk.cases.models import Case, CaseEvent, ReportOpinion
from marking.desk.decisions.four_eyes.models import Proposal
from marking.desk.measures.models import Measure
from marking.desk.refutations.models import Labelling, Refutation, RefutationVersion, RefutedWork
from marking.registry.models import IndexEntry, Registration, Variant
from marking.unlabelled.models import UnlabelledCopy
from marking.verification.models import KeptReport
from marking.works.faces.models import FoundFace
from marking.works.models import Job, Transition, Work

__all__ = [
    "Appeal",
    "Case",
    "CaseEvent",
    "FoundFace",
    "IndexEntry",
    "Job",
    "KeptReport",
    "Labelling",
    "Measure",
    "Proposal",
    "Refutation",
    "RefutationVersion",
    "RefutedWork",
    "Registration",
    "ReportOpinion",
    "Transition",
    "UnlabelledCopy",
    "Variant",
    "Work",
]
