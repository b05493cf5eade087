"""What each clause asks the records for, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.records.requirements import Source

SOURCES: Mapping[Source, str | Promise] = {
    Source.AGREEMENT: _(
        "Deep Synthesis Provisions Art. 8: rules and agreements are published, and users told their duties."
    ),
    Source.MARKING_TERMS: _(
        "Labelling Measures Art. 8: the agreement explains how works are marked, and users read it."
    ),
    Source.IDENTITY: _(
        "Deep Synthesis Provisions Art. 9: nobody publishes whose real identity was not authenticated."
    ),
    Source.REVIEW: _(
        "Deep Synthesis Provisions Art. 10: what is put in and what comes out is reviewed, and whoever breaks the rules is warned, limited, suspended or shut out."
    ),
    Source.REFUTING: _(
        "Deep Synthesis Provisions Art. 11: false information that is spread by synthetic media is refuted."
    ),
    Source.COMPLAINTS: _(
        "Deep Synthesis Provisions Art. 12: complaints are handled in time, and their outcome is told."
    ),
    Source.MANAGEMENT: _(
        "Deep Synthesis Provisions Art. 7: the provider manages its users and its safety by known rules."
    ),
    Source.DEPICTED: _(
        "Deep Synthesis Provisions Art. 14: whose face or voice is edited agrees to it separately."
    ),
    Source.LOGS: _(
        "Deep Synthesis Provisions Art. 16: what is made is marked, and logs are kept as the law asks."
    ),
    Source.FILING: _(
        "Deep Synthesis Provisions Art. 19: algorithms that can shape public opinion are filed, and the number of the filing is shown."
    ),
    Source.EXPLICIT_LABEL: _("Labelling Measures Art. 4: the file itself carries a label that people see."),
    Source.IMPLICIT_LABEL: _(
        "Labelling Measures Art. 5: the metadata name the attribute, the provider and the number of the content."
    ),
    Source.PROPAGATION: _(
        "Labelling Measures Art. 6: who passes on a labelled file adds its own name and number."
    ),
    Source.UNLABELLED: _(
        "Labelling Measures Art. 9: who is given a copy without a visible label is logged for six months at the least."
    ),
    Source.NETWORK_LOGS: _("Cybersecurity Law Art. 21: network logs are kept for six months at the least."),
    Source.STATING: _(
        "Digital Services Act Art. 17: whoever is decided against reads what was decided, on what ground and why."
    ),
    Source.APPEALING: _(
        "Digital Services Act Art. 20: decisions can be appealed against for six months, and another decides again."
    ),
    Source.CONSENT: _(
        "Personal Information Protection Law Art. 14: consent is informed, and asked for anew where purpose or means change."
    ),
    Source.WITHDRAWAL: _("Personal Information Protection Law Art. 15: consent can be withdrawn with ease."),
    Source.GUARDIAN: _(
        "Personal Information Protection Law Art. 31: for a child under 14 a guardian agrees."
    ),
    Source.ACCESS: _(
        "Personal Information Protection Law Art. 45: people see and copy what is held of them."
    ),
    Source.ERASURE: _(
        "Personal Information Protection Law Art. 47: personal data is deleted when the law no longer keeps it."
    ),
    Source.PROTECTION: _(
        "Personal Information Protection Law Art. 51: who may see personal data is limited, and what they did is known."
    ),
    Source.AUDIT: _(
        "Personal Information Protection Law Art. 54: the handling of personal data is audited regularly."
    ),
}
"""For pages and for ``docs/records.md``."""
