"""The form by which a complainant adds what their notice lacks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from marking.desk.cases.profiles import Part
from marking.desk.cases.validity import Addition
from marking.desk.filing.forms import ComplaintForm, WrittenNumber, reachable, released_work
from marking.works.models import Work

_FIELDS = {
    Part.LOCATION: ("work", "location"),
    Part.CONTACT: ("contact",),
    Part.GOOD_FAITH: ("good_faith",),
    Part.SIGNATURE: ("signature",),
}


class CompletionForm(forms.Form):
    """The fields of the complaint that the parts in ``lacking`` are said in. None of them has to be filled at once, and none is called optional: all are missing."""

    has_optional = False

    work: forms.Field = WrittenNumber(
        label=ComplaintForm.base_fields["work"].label, required=False, max_length=40
    )
    location = ComplaintForm.base_fields["location"]
    contact = ComplaintForm.base_fields["contact"]
    good_faith = ComplaintForm.base_fields["good_faith"]
    signature = ComplaintForm.base_fields["signature"]

    def __init__(self, *args: Any, lacking: Collection[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {name for part in lacking for name in _FIELDS[part]}
        for name in set(self.fields) - wanted:
            del self.fields[name]

    def clean_work(self) -> Work | None:
        return released_work(self.cleaned_data["work"])

    def clean_contact(self) -> str:
        return reachable(self.cleaned_data["contact"])

    def addition(self) -> Addition:
        """What a valid form adds."""
        said = self.cleaned_data
        return Addition(
            signature=said.get("signature", ""),
            location=said.get("location", ""),
            contact=said.get("contact", ""),
            is_in_good_faith=bool(said.get("good_faith")),
            work=said.get("work"),
        )
