"""Nobody approves the opening of their own identity: the database refuses it, too."""

from django.db import migrations

from accounts.elevation import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_taking_back")]
    operations = [migrations.RunPython(install, remove)]
