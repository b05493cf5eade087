"""A real name owes a record for whose it is, who checked it and how far, too: the triggers are made anew, forwards and backwards alike."""

from django.db import migrations

from accounts.records import owing


def install(apps, schema_editor):
    owing.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_visits_with_sessions'),
    ]

    operations = [
        migrations.RunPython(install, install),
    ]
