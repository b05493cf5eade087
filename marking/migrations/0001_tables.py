import django.db.models.deletion
import django.utils.timezone
import marking.desk.appeals.states
import marking.desk.refutations.states
import marking.desk.cases.states
import marking.works.numbers
import uuid
from django.conf import settings
from django.db import migrations, models

from marking.registry import triggers
from marking.registry.index import rows


def install(apps, schema_editor):
    """The index's entries are written with the rows that they are of."""
    rows.install(schema_editor.connection)
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    replaces = [
        ('marking', '0001_initial'),
        ('marking', '0002_label_corner'),
        ('marking', '0003_unlabelled_copies'),
        ('marking', '0004_formats'),
        ('marking', '0005_features'),
        ('marking', '0006_kept_reports'),
        ('marking', '0007_cases'),
        ('marking', '0008_mail_tries'),
        ('marking', '0009_made_from'),
        ('marking', '0010_consent'),
        ('marking', '0011_measures'),
        ('marking', '0012_case_clocks'),
        ('marking', '0013_appeals'),
        ('marking', '0014_refutations'),
        ('marking', '0015_events_of_cases'),
        ('marking', '0016_same_person'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Work',
            fields=[
                ('number', models.PositiveBigIntegerField(default=marking.works.numbers.new_number, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('awaiting_consent', 'awaiting_consent'), ('awaiting_answers', 'awaiting_answers'), ('queued', 'queued'), ('marking', 'marking'), ('released', 'released'), ('consent_ended', 'consent_ended'), ('failed', 'failed'), ('deleted', 'deleted')], db_index=True, max_length=20)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('files_removed_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=40)),
                ('failure_details', models.JSONField(blank=True, default=dict)),
                ('tool', models.CharField(max_length=100, verbose_name='tool')),
                ('tool_version', models.CharField(blank=True, max_length=50, verbose_name='version')),
                ('kind', models.CharField(choices=[('dialogue', 'dialogue'), ('voice', 'voice'), ('face', 'face'), ('scene', 'scene'), ('content', 'content'), ('other', 'other')], max_length=12, verbose_name='kind of synthesis')),
                ('depicts', models.CharField(choices=[('nobody', 'nobody'), ('face', 'face'), ('voice', 'voice'), ('face_and_voice', 'face_and_voice')], max_length=16, verbose_name='real person')),
                ('source_name', models.CharField(max_length=255)),
                ('source_path', models.CharField(max_length=200)),
                ('source_sha256', models.CharField(db_index=True, max_length=64)),
                ('source_bytes', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=40)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('marked_path', models.CharField(blank=True, max_length=200)),
                ('marked_sha256', models.CharField(blank=True, max_length=64)),
                ('marked_bytes', models.PositiveBigIntegerField(blank=True, null=True)),
                ('marks', models.JSONField(blank=True, default=list)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to=settings.AUTH_USER_MODEL)),
                ('label_corner', models.CharField(blank=True, choices=[('top_left', 'top_left'), ('top_right', 'top_right'), ('bottom_left', 'bottom_left'), ('bottom_right', 'bottom_right')], max_length=12)),
                ('marked_media_type', models.CharField(blank=True, max_length=40)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('made_from', models.PositiveBigIntegerField(blank=True, null=True)),
                ('consent_ended_at', models.DateTimeField(blank=True, null=True)),
                ('faces_declared_synthetic', models.BooleanField(default=False)),
                ('faces_sought_at', models.DateTimeField(blank=True, null=True)),
                ('files_due_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('resemblance_cleared_at', models.DateTimeField(blank=True, null=True)),
                ('resembles', models.PositiveBigIntegerField(blank=True, null=True)),
                ('blocked_at', models.DateTimeField(blank=True, db_index=True, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gt', 0), ('number__lt', 281474976710656)), name='work_number_is_48_bits'), models.CheckConstraint(condition=models.Q(models.Q(('deleted_at__isnull', False), ('state', 'deleted')), models.Q(models.Q(('state', 'deleted'), _negated=True), ('deleted_at__isnull', True)), _connector='OR'), name='work_deletion_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('failure', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('failure', '')), _connector='OR'), name='work_failure_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['released', 'consent_ended']), _negated=True), models.Q(('released_at__isnull', False), models.Q(('marked_path', ''), _negated=True), models.Q(('marked_sha256', ''), _negated=True)), _connector='OR'), name='work_release_is_marked'), models.CheckConstraint(condition=models.Q(('files_removed_at__isnull', True), ('state__in', ['deleted', 'consent_ended']), _connector='OR'), name='work_keeps_its_files_until_deletion'), models.CheckConstraint(condition=models.Q(models.Q(('consent_ended_at__isnull', False), ('state', 'consent_ended')), ('state', 'deleted'), models.Q(models.Q(('state', 'consent_ended'), _negated=True), ('consent_ended_at__isnull', True)), _connector='OR'), name='work_consent_end_has_a_time'), models.CheckConstraint(condition=models.Q(('files_due_at__isnull', True), ('consent_ended_at__isnull', False), _connector='OR'), name='work_files_are_due_once_consent_ended'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'awaiting_answers'), _negated=True), ('faces_sought_at__isnull', False), _connector='OR'), name='work_awaits_answers_after_a_look'), models.CheckConstraint(condition=models.Q(('faces_declared_synthetic', False), ('depicts__in', ['nobody', 'voice']), _connector='OR'), name='work_faces_are_synthetic_or_declared'), models.CheckConstraint(condition=models.Q(('blocked_at__isnull', True), ('released_at__isnull', False), _connector='OR'), name='work_is_blocked_after_its_release')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('work', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='registration', serialize=False, to='marking.work')),
                ('payload', models.PositiveBigIntegerField(unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('is_distinctive', models.BooleanField(default=True)),
                ('layout', models.BinaryField(max_length=1024)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('features', models.BinaryField(blank=True, default=b'', max_length=16384)),
            ],
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('awaiting_consent', 'awaiting_consent'), ('awaiting_answers', 'awaiting_answers'), ('queued', 'queued'), ('marking', 'marking'), ('released', 'released'), ('consent_ended', 'consent_ended'), ('failed', 'failed'), ('deleted', 'deleted')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.CharField(blank=True, max_length=40)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='marking.work')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('work', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='job', serialize=False, to='marking.work')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.UUIDField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('step', models.CharField(blank=True, max_length=24)),
                ('woken_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lease__isnull', True), ('leased_until__isnull', True)), models.Q(('lease__isnull', False), ('leased_until__isnull', False)), _connector='OR'), name='lease_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='UnlabelledCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requested_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('purpose', models.BinaryField(max_length=4096)),
                ('terms_version', models.PositiveIntegerField()),
                ('terms_sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('requested', 'requested'), ('making', 'making'), ('ready', 'ready'), ('failed', 'failed'), ('expired', 'expired')], db_index=True, max_length=12)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=40)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(blank=True, null=True)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('sent', models.PositiveSmallIntegerField(default=0)),
                ('last_sent_at', models.DateTimeField(blank=True, null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agreement')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unlabelled_copies', to=settings.AUTH_USER_MODEL)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unlabelled_copies', to='marking.work')),
            ],
            options={
                'ordering': ['-requested_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['making', 'ready', 'requested'])), fields=('work',), name='one_live_unlabelled_copy'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ready', 'expired']), _negated=True), models.Q(('expires_at__isnull', False), ('made_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='unlabelled_copy_is_made_with_an_end'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('failure', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('failure', '')), _connector='OR'), name='unlabelled_copy_failure_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('last_sent_at__isnull', True), ('sent', 0)), models.Q(('last_sent_at__isnull', False), ('sent__gt', 0)), _connector='OR'), name='unlabelled_copy_sent_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('is_distinctive', models.BooleanField(default=True)),
                ('layout', models.BinaryField(max_length=1024)),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='marking.registration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('registration', 'sha256'), name='variant_is_registered_once')],
            },
        ),
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='marking.registration')),
                ('variant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entry', to='marking.variant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('variant__isnull', True)), fields=('registration',), name='released_file_is_entered_once')],
            },
        ),
        migrations.CreateModel(
            name='KeptReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('report', models.JSONField()),
                ('file', models.CharField(blank=True, max_length=120)),
                ('checked_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('kept_at'))), name='kept_report_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('number', models.PositiveBigIntegerField(default=marking.works.numbers.new_number, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('tool_feedback', 'tool_feedback'), ('no_consent', 'no_consent'), ('consent_withdrawn', 'consent_withdrawn'), ('intimate_image', 'intimate_image'), ('minor', 'minor'), ('impersonation', 'impersonation'), ('false_information', 'false_information'), ('label', 'label'), ('privacy', 'privacy'), ('copyright', 'copyright'), ('data_rights', 'data_rights'), ('other', 'other'), ('authority_order', 'authority_order'), ('appeal', 'appeal')], max_length=20)),
                ('state', models.CharField(choices=[('received', 'received'), ('in_review', 'in_review'), ('answered', 'answered'), ('rejected', 'rejected'), ('closed', 'closed')], default=marking.desk.cases.states.CaseState['RECEIVED'], max_length=12)),
                ('file_sha256', models.CharField(blank=True, db_index=True, max_length=64)),
                ('language', models.CharField(max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField()),
                ('wrapped_key', models.BinaryField(null=True)),
                ('description', models.BinaryField(null=True)),
                ('contact', models.BinaryField(null=True)),
                ('code_index', models.BinaryField(max_length=32)),
                ('token_index', models.BinaryField(max_length=32, unique=True)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('overdue_at', models.DateTimeField(blank=True, null=True)),
                ('receipt_mailed_at', models.DateTimeField(blank=True, null=True)),
                ('answer_mailed_at', models.DateTimeField(blank=True, null=True)),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('work', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='marking.work')),
                ('mail_again_at', models.DateTimeField(blank=True, null=True)),
                ('mail_failures', models.PositiveSmallIntegerField(default=0)),
                ('mail_refused_at', models.DateTimeField(blank=True, null=True)),
                ('acted_at', models.DateTimeField(blank=True, null=True)),
                ('document_sha256', models.CharField(blank=True, max_length=64)),
                ('good_faith_at', models.DateTimeField(blank=True, null=True)),
                ('is_political', models.BooleanField(default=False)),
                ('location', models.BinaryField(null=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('paused_for', models.CharField(blank=True, choices=[('complainant', 'complainant'), ('authority', 'authority'), ('court', 'court')], max_length=12)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signature', models.BinaryField(null=True)),
                ('taken_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('valid_at', models.DateTimeField(blank=True, null=True)),
                ('warn_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('warned', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['due_at', 'number'],
                'indexes': [models.Index(fields=['state', 'due_at'], name='case_by_due_date')],
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gt', 0), ('number__lt', 281474976710656)), name='case_number_is_48_bits'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'received'), ('taken_by__isnull', True)), models.Q(models.Q(('state', 'received'), _negated=True), ('taken_by__isnull', False)), _connector='OR'), name='case_in_review_has_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('state__in', ['received', 'in_review'])), models.Q(models.Q(('state__in', ['received', 'in_review']), _negated=True), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='case_answer_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('contact__isnull', True), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='case_is_closed_without_contact'), models.CheckConstraint(condition=models.Q(('wrapped_key__isnull', False), models.Q(('description__isnull', True), ('state', 'closed')), _connector='OR'), name='case_content_is_erased_after_closing'), models.CheckConstraint(condition=models.Q(('taken_at__isnull', True), ('state', 'in_review'), _connector='OR'), name='case_is_held_by_who_took_it'), models.CheckConstraint(condition=models.Q(('valid_at__isnull', True), ('valid_at__gte', models.F('created_at')), _connector='OR'), name='case_is_valid_after_its_receipt'), models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', True), ('paused_for', '')), models.Q(('paused_at__isnull', False), ('state__in', ['received', 'in_review']), models.Q(('paused_for', ''), _negated=True)), _connector='OR'), name='case_is_paused_for_something'), models.CheckConstraint(condition=models.Q(('acted_at__isnull', True), models.Q(('valid_at__isnull', False), ('work__isnull', False)), _connector='OR'), name='case_acts_on_a_work'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'authority_order'), models.Q(('document_sha256', ''), _negated=True)), models.Q(models.Q(('kind', 'authority_order'), _negated=True), ('document_sha256', ''), ('released_at__isnull', True)), _connector='OR'), name='order_has_its_document')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('received', 'received'), ('taken', 'taken'), ('put_back', 'put_back'), ('answered', 'answered'), ('rejected', 'rejected'), ('closed', 'closed'), ('overdue', 'overdue'), ('contact_viewed', 'contact_viewed'), ('contact_changed', 'contact_changed'), ('contact_removed', 'contact_removed'), ('content_erased', 'content_erased'), ('completed', 'completed'), ('valid', 'valid'), ('warned', 'warned'), ('paused', 'paused'), ('resumed', 'resumed'), ('access_off', 'access_off'), ('access_on', 'access_on'), ('proposed', 'proposed'), ('confirmed', 'confirmed'), ('declined', 'declined'), ('flagged', 'flagged'), ('reporter_proven', 'reporter_proven'), ('identity_compared', 'identity_compared'), ('order_released', 'order_released'), ('appealed', 'appealed'), ('reopened', 'reopened')], max_length=20)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='marking.case')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('verdict', models.CharField(max_length=16)),
                ('is_right', models.BooleanField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'verdict', 'is_right'), name='one_count_of_opinions_a_day')],
            },
        ),
        migrations.CreateModel(
            name='FoundFace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('frame', models.PositiveIntegerField(default=0)),
                ('x', models.PositiveIntegerField()),
                ('y', models.PositiveIntegerField()),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('shown', models.JSONField()),
                ('confidence', models.FloatField()),
                ('answer', models.CharField(blank=True, choices=[('real_person', 'real_person'), ('synthetic', 'synthetic'), ('not_a_face', 'not_a_face')], max_length=12)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found_faces', to='marking.work')),
                ('same_as', models.PositiveSmallIntegerField(blank=True, null=True)),
            ],
            options={
                'ordering': ['work', 'position'],
                'constraints': [models.UniqueConstraint(fields=('work', 'position'), name='one_face_at_a_position'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='face_is_counted_from_one'), models.CheckConstraint(condition=models.Q(('height__gte', 1), ('width__gte', 1)), name='face_box_is_not_empty'), models.CheckConstraint(condition=models.Q(('confidence__gte', 0), ('confidence__lte', 1)), name='face_confidence_is_a_share'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'real_person', 'synthetic', 'not_a_face'])), name='face_answer_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='face_answer_has_a_time_and_a_person'), models.CheckConstraint(condition=models.Q(('same_as__isnull', True), models.Q(('answer', 'real_person'), ('same_as__gte', 1), ('same_as__lt', models.F('position'))), _connector='OR'), name='face_is_the_same_as_an_earlier_one')],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('imposed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='marking.case')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('statement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='measure', to='accounts.statementofreasons')),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='marking.work')),
            ],
            options={
                'ordering': ['imposed_at', 'reference'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('work', 'case'), name='one_measure_of_a_case_on_a_work'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='measure_is_lifted_by_somebody'), models.CheckConstraint(condition=models.Q(('lifted_at__isnull', True), ('lifted_at__gte', models.F('imposed_at')), _connector='OR'), name='measure_is_lifted_after_it_is_imposed'), models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('imposed_by__isnull', False), models.Q(('confirmed_by', models.F('imposed_by')), _negated=True)), _connector='OR'), name='measure_is_confirmed_by_a_second_person')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(choices=[('answer', 'answer'), ('reject', 'reject'), ('take_down', 'take_down'), ('lift', 'lift'), ('release', 'release')], max_length=12)),
                ('payload', models.BinaryField(null=True)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('is_confirmed', models.BooleanField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='marking.case')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['proposed_at', 'reference'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('decided_at__isnull', True)), fields=('case',), name='one_open_proposal_in_a_case'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('is_confirmed__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('is_confirmed__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='proposal_is_decided_by_a_second_person'), models.CheckConstraint(condition=models.Q(('action__in', ['answer', 'reject', 'take_down', 'lift', 'release'])), name='proposal_is_of_an_action')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('reference', models.CharField(max_length=40)),
                ('against_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('filed', 'filed'), ('upheld', 'upheld'), ('overturned', 'overturned')], default=marking.desk.appeals.states.AppealState['FILED'], max_length=12)),
                ('filed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField()),
                ('overdue_at', models.DateTimeField(blank=True, null=True)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('text', models.BinaryField(null=True)),
                ('reasons', models.BinaryField(null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('appellant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_at', 'pk'],
                'indexes': [models.Index(fields=['state', 'due_at'], name='appeal_by_due_date')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'reference', 'against_at'), name='one_appeal_of_a_decision'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'filed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('state', 'filed'), _negated=True)), _connector='OR'), name='appeal_is_decided_by_somebody'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('first_by__isnull', True), models.Q(('decided_by', models.F('first_by')), _negated=True), _connector='OR'), models.Q(('second_by__isnull', True), models.Q(('decided_by', models.F('second_by')), _negated=True), _connector='OR'), models.Q(('appellant__isnull', True), models.Q(('decided_by', models.F('appellant')), _negated=True), _connector='OR')), _connector='OR'), name='appeal_is_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('text__isnull', False), ('wrapped_key__isnull', False)), models.Q(('reasons__isnull', True), ('text__isnull', True), ('wrapped_key__isnull', True)), _connector='OR'), name='appeal_text_goes_with_its_key')],
            },
        ),
        migrations.CreateModel(
            name='Refutation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RefutationVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('published', 'published'), ('declined', 'declined')], default=marking.desk.refutations.states.VersionState['PROPOSED'], max_length=12)),
                ('is_withdrawal', models.BooleanField(default=False)),
                ('zh', models.TextField()),
                ('en', models.TextField()),
                ('sources', models.JSONField(blank=True, default=list)),
                ('signer', models.CharField(max_length=100)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refutation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='marking.refutation')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('refutation', 'number'), name='one_version_of_a_number'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('refutation',), name='one_version_proposed_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('zh', ''), _negated=True), models.Q(('en', ''), _negated=True), models.Q(('signer', ''), _negated=True)), name='refutation_is_written_in_both_languages'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='refutation_is_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('is_withdrawal', True), models.Q(('decided_by', models.F('written_by')), _negated=True), _connector='OR'), name='refutation_is_published_by_another')],
            },
        ),
        migrations.CreateModel(
            name='RefutedWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_sha256', models.CharField(db_index=True, max_length=64)),
                ('basis', models.CharField(choices=[('written', 'written'), ('near_copy', 'near_copy')], max_length=12)),
                ('is_same', models.BooleanField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refutation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='marking.refutation')),
                ('work', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refuted_by', to='marking.work')),
            ],
            options={
                'ordering': ['decided_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('refutation', 'work'), name='a_note_is_on_a_work_once'), models.CheckConstraint(condition=models.Q(('is_same', True), models.Q(('basis', 'written'), _negated=True), _connector='OR'), name='what_a_note_was_written_about_is_the_same')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
