"""The log becomes the first of its shards: what was signed keeps its name and its addresses."""

import django.db.models.functions.comparison
from django.db import migrations, models

from accounts.records import triggers


def name_the_first(apps, schema_editor):
    first = apps.get_model("accounts", "Checkpoint").objects.order_by("size").first()
    if first is not None:
        origin = first.note.partition("\n")[0]
        apps.get_model("accounts", "Shard").objects.create(first=1, name=f"{first.at:%Y}", origin=origin)


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_impartial_approvers"),
    ]

    operations = [
        migrations.CreateModel(
            name='Shard',
            fields=[
                ('first', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=16, unique=True)),
                ('origin', models.CharField(max_length=255, unique=True)),
                ('last', models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('first__gte', 1)), name='shard_begins_at_a_record'),
                    models.CheckConstraint(condition=models.Q(('last__isnull', True), ('last__gte', models.F('first')), _connector='OR'), name='shard_is_open_or_frozen'),
                    models.CheckConstraint(condition=models.Q(('name__regex', '^[0-9]{4}(-[0-9]+)?$')), name='shard_is_named_after_a_year'),
                    models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('last', 0), name='one_shard_is_open'),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name='halt',
            name='there_is_one_halt',
        ),
        migrations.AlterField(
            model_name='halt',
            name='id',
            field=models.PositiveBigIntegerField(default=1, primary_key=True, serialize=False),
        ),
        migrations.AddConstraint(
            model_name='halt',
            constraint=models.CheckConstraint(condition=models.Q(('id__gte', 1)), name='halt_is_of_a_shard'),
        ),
        migrations.RunPython(name_the_first, migrations.RunPython.noop),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
