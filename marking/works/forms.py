"""The declaration that comes with every upload (Labelling Measures Art. 10)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from accounts.organisations.queries import may_act_for
from accounts.organisations.states import Scope
from accounts.users.models import User
from marking.marks.explicit_label import Corner
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.parameters import LONGEST, clean
from marking.works.wording import CONTRADICTION, CORNERS, DEPICTS, KINDS


class FilesInput(forms.ClearableFileInput):
    """A file field of the browser that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more uploaded files; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[TemporaryUploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        # An empty file is refused by name in its own sentence later, not by the whole form here.
        return [super(FilesField, self).clean(each, initial) for each in given or [None]]


class ParametersField(forms.CharField):
    """Text whose length counts as it is committed to: browsers send two characters for the end of a line, and count one."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class UploadForm(forms.Form):
    """The files, and what their uploader says of them."""

    pictures = FilesField(label=_("Pictures"), allow_empty_file=True, max_length=None)
    tool = forms.CharField(label=_("Generated with"), max_length=100)
    tool_version = forms.CharField(label=_("Version"), max_length=50, required=False)
    parameters = ParametersField(
        label=_("Prompt, seed and other parameters"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "They are not kept: the record holds a salted hash of them. Keep your own copy, and you can show later that it was these."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind of synthesis"), choices=[(k.value, KINDS[k]) for k in Kind], widget=forms.RadioSelect
    )
    depicts = forms.ChoiceField(
        label=_("Is a real person's face or voice in it?"),
        choices=[(d.value, DEPICTS[d]) for d in Depicts],
        widget=forms.RadioSelect,
    )
    faces_declared_synthetic = forms.BooleanField(
        label=_("Every face in these files is synthetic: I know none of them."),
        help_text=_(
            "Then you are not asked about each face that is found. What you say here goes into the record."
        ),
        required=False,
    )
    organisation = forms.ChoiceField(
        label=_("On behalf of"),
        required=False,
        help_text=_("The records then name both: you, and the organisation that gave you the mandate."),
    )
    label_corner = forms.ChoiceField(
        label=_("Corner of the visible label"),
        choices=list(CORNERS.items()),
        required=False,
        help_text=_(
            "By itself it keeps off lines of text, what stands out, and the faces that are found; some are missed."
        ),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """Offer the organisations for which ``by`` may publish, and nothing where there are none."""
        super().__init__(*args, **kwargs)
        self._organisations = {
            str(each.reference): each for each in may_act_for(by, Scope.PUBLISH, timezone.now())
        }
        choices = [("", _("Myself")), *((key, each.name) for key, each in self._organisations.items())]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = choices
        if not self._organisations:
            del self.fields["organisation"]

    def organisation_acted_for(self) -> Organisation | None:
        """The organisation that was chosen, None for oneself. Only for a valid form."""
        return self._organisations.get(self.cleaned_data.get("organisation", ""))

    def clean(self) -> dict[str, Any]:
        """Refuse a real person's face among faces that are all synthetic."""
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("faces_declared_synthetic")
            and Depicts(cleaned.get("depicts", Depicts.NOBODY)).has_face
        ):
            self.add_error("faces_declared_synthetic", str(CONTRADICTION))
        return cleaned

    def corner(self) -> Corner | None:
        """The chosen corner of the visible label, None for the quietest. Only for a valid form."""
        chosen = self.cleaned_data["label_corner"]
        return Corner(chosen) if chosen else None

    def declaration(self) -> Declaration:
        """What was declared. Only for a valid form."""
        return Declaration(
            tool=self.cleaned_data["tool"],
            tool_version=self.cleaned_data["tool_version"],
            kind=Kind(self.cleaned_data["kind"]),
            depicts=Depicts(self.cleaned_data["depicts"]),
            faces_are_synthetic=self.cleaned_data["faces_declared_synthetic"],
            parameters=self.cleaned_data["parameters"],
        )
