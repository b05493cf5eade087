"""What somebody says about their notices."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.notices.models import MailPreferences
from accounts.notices.preferences import choosable_kinds, wants_mail


class ReadForm(forms.Form):
    """The newest notice that was on the page."""

    up_to = forms.UUIDField()


class MailPreferencesForm(forms.Form):
    """Which kinds of notices are mailed, and in which language."""

    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)
    wanted = forms.MultipleChoiceField(
        label=_("Mail me of"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, preferences: MailPreferences, **kwargs: Any) -> None:
        kinds = choosable_kinds()
        wanted = [kind.code for kind in kinds if wants_mail(preferences, kind)]
        kwargs["initial"] = {"language": preferences.language, "wanted": wanted}
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["wanted"])
        field.choices = [(kind.code, str(kind.title)) for kind in kinds]
