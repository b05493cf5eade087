"""One question for each face that was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from marking.faces import Answer
from marking.works.faces.models import FoundFace
from marking.works.faces.wording import ANSWERS, SOMEBODY_ELSE, name_face

ALL = "all"
"""Name of the buttons that answer for every face at once."""


class FacesForm(forms.Form):
    """Whose each of ``faces`` is. ``all`` in the data, with an answer, stands for that answer to every question."""

    def __init__(self, faces: Sequence[FoundFace], data: Any = None, *, is_moving: bool = False) -> None:
        super().__init__(data)
        self.faces = faces
        for face in faces:
            self.fields[_name(face)] = forms.ChoiceField(
                label=name_face(face, is_moving=is_moving),
                choices=[(each.value, ANSWERS[each]) for each in Answer],
                widget=forms.RadioSelect,
                initial=face.answer,
                required=self._for_all() is None,
            )

    def _for_all(self) -> Answer | None:
        given = self.data.get(ALL)
        return Answer(given) if given in set(Answer) else None

    def answers(self) -> dict[int, Answer]:
        """What was answered, by position. Only for a valid form."""
        for_all = self._for_all()
        return {face.position: for_all or Answer(self.cleaned_data[_name(face)]) for face in self.faces}


class SamePersonForm(forms.Form):
    """Which of ``faces``, real persons', are one person's."""

    def __init__(self, faces: Sequence[FoundFace], data: Any = None, *, is_moving: bool = False) -> None:
        super().__init__(data)
        self.faces = faces
        for number, face in enumerate(faces):
            if number == 0:
                continue
            names = [(each.position, name_face(each, is_moving=is_moving)) for each in faces[:number]]
            self.fields[f"same_{face.position}"] = forms.TypedChoiceField(
                label=name_face(face, is_moving=is_moving),
                choices=[("", SOMEBODY_ELSE), *names],
                initial=face.same_as or "",
                required=False,
                coerce=int,
                empty_value=None,
            )

    def same(self) -> dict[int, int | None]:
        """What was said, by position. Only for a valid form."""
        return {face.position: self.cleaned_data[f"same_{face.position}"] for face in self.faces[1:]}


def _name(face: FoundFace) -> str:
    return f"face_{face.position}"
