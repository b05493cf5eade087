"""Proposed holds can be declined, one of a subject is open at a time, and nobody lifts what ended. Who is concerned is looked at under a lock."""

from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone

from accounts.elevation import triggers


def settle(apps, schema_editor):
    """Bring what older versions let happen under the new conditions. No hold holds for less time, none for more."""
    holds = apps.get_model("accounts", "LegalHold").objects.using(schema_editor.connection.alias)
    lifted = holds.filter(lifted_at__isnull=False)
    lifted.filter(lifted_at__gte=F("ends_at")).update(ends_at=F("lifted_at") + timedelta(microseconds=1))
    lifted.filter(lift_asked_at__lt=F("confirmed_at")).update(lift_asked_at=F("confirmed_at"))
    asked = holds.filter(lifted_at__isnull=True, lift_asked_at__isnull=False)
    for passed in (asked.filter(lift_asked_at__lt=F("confirmed_at")), asked.filter(lift_asked_at__gte=F("ends_at"))):
        passed.update(lift_asked_by=None, lift_asked_at=None)
    _let_lapse(holds.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True, lifted_at__isnull=True))


def _let_lapse(proposed):
    """Of each subject the first proposal that still holds stays open; the others hold to their end, and are not confirmed."""
    proposed.filter(ends_at__lte=timezone.now()).update(lapsed_at=F("ends_at"))
    seen = set()
    for hold in proposed.filter(lapsed_at__isnull=True).order_by("proposed_at", "pk"):
        if hold.subject in seen:
            proposed.filter(pk=hold.pk).update(lapsed_at=F("ends_at"))
        seen.add(hold.subject)


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_shards'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='legalhold',
            name='nobody_proposes_a_hold_twice',
        ),
        migrations.AddField(
            model_name='legalhold',
            name='declined_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='declined_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='legalhold',
            name='lapsed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('declined_at__isnull', True), ('declined_by__isnull', True)), models.Q(('declined_at__isnull', False), ('declined_at__lt', models.F('ends_at')), ('declined_by__isnull', False), ('confirmed_at__isnull', True), ('lifted_at__isnull', True), ('withdrawn_at__isnull', True), models.Q(('declined_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='hold_is_declined_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('lapsed_at__isnull', True), models.Q(('confirmed_at__isnull', True), ('lapsed_at', models.F('ends_at')), ('withdrawn_at__isnull', True), ('declined_at__isnull', True), ('lifted_at__isnull', True)), _connector='OR'), name='hold_lapses_at_its_end_undecided'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lift_asked_at__isnull', True), ('lift_asked_at__lt', models.F('ends_at')), _connector='OR'), models.Q(('lifted_at__isnull', True), ('lifted_at__lt', models.F('ends_at')), _connector='OR')), name='hold_is_lifted_before_its_end'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('lift_asked_at__isnull', True), ('confirmed_at__isnull', True), ('lift_asked_at__gte', models.F('confirmed_at')), _connector='OR'), name='hold_is_not_confirmed_once_its_lifting_is_asked_for'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('declined_at__isnull', True), ('withdrawn_at__isnull', True), ('lapsed_at__isnull', True), ('lifted_at__isnull', True)), fields=('subject',), name='one_hold_of_a_subject_is_proposed'),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
