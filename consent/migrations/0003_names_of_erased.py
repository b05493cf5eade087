"""Whoever was erased by an older version leaves the names and addresses under which they were asked as well (docs/decisions/0052)."""

from django.db import migrations
from django.db.models import Q


def forget(apps, schema_editor):
    alias = schema_editor.connection.alias
    requests = apps.get_model("consent", "Request").objects.using(alias)
    contacts = apps.get_model("consent", "Contact").objects.using(alias)
    keys = apps.get_model("accounts", "PersonKey").objects.using(alias)

    received = requests.filter(person__in=keys.filter(destroyed_at__isnull=False).values("user"))
    received.update(wrapped_key=None, sealed_name=None)
    standing = keys.filter(destroyed_at__isnull=True).values("user")
    others = requests.filter(Q(person__in=standing) | Q(person__isnull=True))
    theirs = contacts.filter(pk__in=received.values("contact"))
    theirs.exclude(pk__in=others.values("contact")).update(wrapped_key=None, sealed_address=None)
    holds = apps.get_model("accounts", "LegalHold").objects.using(alias)
    if holds.filter(lifted_at__isnull=True, withdrawn_at__isnull=True, declined_at__isnull=True).exists():
        return  # what is held is not told apart here; these names go three years after their requests ended
    unproved = requests.filter(person__isnull=True, contact__sealed_address__isnull=True)
    unproved.update(wrapped_key=None, sealed_name=None)


class Migration(migrations.Migration):

    dependencies = [
        ('consent', '0002_emptied_rows'),
        ('accounts', '0010_levels_owe_records'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
