import django.db.models.deletion
from django.db import migrations, models

from accounts.records import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)



class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_guardians'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('size', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='checkpoint_covers_a_record'), models.CheckConstraint(condition=models.Q(('note__contains', '\n\n— ')), name='checkpoint_is_signed')],
            },
        ),
        migrations.CreateModel(
            name='Halt',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=16)),
                ('sequence', models.PositiveBigIntegerField()),
                ('sentence', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='there_is_one_halt')],
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.CharField(max_length=255)),
                ('line', models.TextField()),
                ('at', models.DateTimeField()),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='accounts.checkpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'witness'), name='a_witness_signs_a_checkpoint_once'), models.CheckConstraint(condition=models.Q(('line__endswith', '\n'), ('line__startswith', '— ')), name='cosignature_is_one_line')],
            },
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
