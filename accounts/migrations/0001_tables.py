import accounts.elevation.states
import accounts.identity.levels
import accounts.identity.states
import accounts.notices.states
import accounts.notices.webhooks.states
import accounts.organisations.states
import accounts.reasons.schema
import accounts.users.models
import datetime
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.records import triggers


def install(apps, schema_editor):
    """The log's tables take inserts only."""
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_append_only_records'),
        ('accounts', '0003_notices'),
        ('accounts', '0004_webhooks'),
        ('accounts', '0005_guardians'),
        ('accounts', '0006_signed_log'),
        ('accounts', '0007_vault_columns'),
        ('accounts', '0008_claim_indexes'),
        ('accounts', '0009_without_number_index'),
        ('accounts', '0010_elevations'),
        ('accounts', '0011_retention'),
        ('accounts', '0012_data_copies'),
        ('accounts', '0013_reasons'),
        ('accounts', '0014_sanctions'),
        ('accounts', '0015_providers'),
        ('accounts', '0016_organisations'),
        ('accounts', '0017_stamps'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Record',
            fields=[
                ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(unique=True)),
                ('kind', models.CharField(db_index=True, max_length=48)),
                ('subject', models.CharField(db_index=True, max_length=48)),
                ('at', models.DateTimeField()),
                ('entry', models.BinaryField()),
                ('leaf_hash', models.BinaryField(max_length=32)),
                ('chain_hash', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('producer_id', models.CharField(default=accounts.users.models.new_producer_id, editable=False, max_length=12, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('deletion_requested_at', models.DateTimeField(blank=True, null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('body_en', models.TextField()),
                ('body_zh', models.TextField()),
                ('marking_en', models.TextField()),
                ('marking_zh', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('marking_en', ''), _negated=True), models.Q(('marking_zh', ''), _negated=True), models.Q(('body_en', ''), _negated=True), models.Q(('body_zh', ''), _negated=True)), name='agreement_explains_marking')],
            },
        ),
        migrations.CreateModel(
            name='AgreementAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_on_behalf', models.BooleanField(default=False)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='accounts.agreement')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acceptances', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'agreement'), name='one_acceptance_per_version')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('request_sha256', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.BinaryField(default=b'')),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='one_answer_per_idempotency_key')],
            },
        ),
        migrations.CreateModel(
            name='IdentityClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('document_type', models.CharField(choices=[('resident_id', 'resident_id'), ('residence_permit', 'residence_permit'), ('permanent_resident_card', 'permanent_resident_card'), ('travel_permit', 'travel_permit'), ('passport', 'passport'), ('organisation', 'organisation'), ('provider_account', 'provider_account')], max_length=24, verbose_name='document')),
                ('sealed_name', models.BinaryField()),
                ('sealed_number', models.BinaryField()),
                ('state', models.CharField(choices=[('pending', 'pending'), ('verified', 'verified'), ('rejected', 'rejected'), ('ended', 'ended')], default=accounts.identity.states.ClaimState['PENDING'], max_length=12)),
                ('provider', models.CharField(max_length=24)),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'NONE'), (1, 'SELF_ASSERTED'), (2, 'OPERATOR_CHECKED'), (3, 'THIRD_PARTY_MATCH'), (4, 'DOCUMENT_AND_PRESENCE')], default=accounts.identity.levels.Level['NONE'])),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_claims', to=settings.AUTH_USER_MODEL)),
                ('sealed_birth_date', models.BinaryField(default=b'')),
                ('deposit', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ('forget_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('sealed_mask', models.BinaryField(default=b'')),
                ('sealed_phone', models.BinaryField(default=b'')),
                ('evidence', models.BinaryField(default=b'', max_length=32)),
                ('method', models.CharField(blank=True, max_length=40)),
                ('recheck_at', models.DateTimeField(blank=True, null=True)),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='claim_decision_matches_state'), models.CheckConstraint(condition=models.Q(models.Q(('level__gte', 1), ('state', 'verified')), models.Q(models.Q(('state', 'verified'), _negated=True), ('level', 0)), _connector='OR'), name='claim_level_matches_state'), models.CheckConstraint(condition=models.Q(('deposit__isnull', True), models.Q(('sealed_name', b''), ('sealed_number', b''), ('sealed_phone', b''), ('state__in', ['verified', 'ended'])), _connector='OR'), name='claim_in_the_vault_is_nowhere_else'), models.CheckConstraint(condition=models.Q(('forget_at__isnull', True), models.Q(('deposit__isnull', False), ('state', 'ended')), _connector='OR'), name='claim_to_forget_is_in_the_vault'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('user',), name='one_pending_claim_per_user'), models.UniqueConstraint(condition=models.Q(('state', 'verified')), fields=('user',), name='one_verified_claim_per_user'), models.CheckConstraint(condition=models.Q(('level', 0), models.Q(('level__lte', 3), ('provider', 'aliyun')), models.Q(('level__lte', 3), ('provider', 'aliyun-phone')), models.Q(('level__lte', 1), ('provider', 'local')), models.Q(('level__lte', 2), ('provider', 'manual')), models.Q(('level__lte', 3), ('provider', 'oidc')), models.Q(('level__lte', 2), ('provider', 'operator')), models.Q(('level__lte', 3), ('provider', 'result-only')), models.Q(('level__lte', 3), ('provider', 'tencent')), models.Q(('level__lte', 3), ('provider', 'tencent-phone')), _connector='OR'), name='claim_level_within_providers_ceiling'), models.CheckConstraint(condition=models.Q(('level__lt', 3), models.Q(('evidence', b''), _negated=True), _connector='OR'), name='claim_of_a_third_party_has_evidence')],
            },
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrapped', models.BinaryField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='person_key', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', True), ('wrapped__isnull', False)), models.Q(('destroyed_at__isnull', False), ('wrapped__isnull', True)), _connector='OR'), name='person_key_is_held_or_destroyed')],
            },
        ),
        migrations.CreateModel(
            name='RecordBody',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='body', serialize=False, to='accounts.record')),
                ('content', models.BinaryField()),
                ('person_key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.personkey')),
            ],
        ),
        migrations.CreateModel(
            name='MailPreferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_preferences', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('language', models.CharField(max_length=10)),
                ('unwanted', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('language', ''), _negated=True), name='mail_preferences_name_a_language')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['user', '-created_at'], name='notices_newest_first'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='unread_notices')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='notice_is_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('template', models.CharField(max_length=100)),
                ('language', models.CharField(max_length=10)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('address', models.BinaryField(null=True)),
                ('params', models.BinaryField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('given_up', 'given_up')], default=accounts.notices.states.SendingState['WAITING'], max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('not_after', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=60)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('notice', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='accounts.notice')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='mail_that_waits'), models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['ended_at'], name='mail_that_ended')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('address__isnull', False), ('due_at__isnull', False), ('ended_at__isnull', True), ('params__isnull', False), ('state', 'waiting'), ('wrapped_key__isnull', False)), models.Q(('address__isnull', True), ('due_at__isnull', True), ('ended_at__isnull', False), ('params__isnull', True), ('state__in', ['sent', 'given_up']), ('wrapped_key__isnull', True)), _connector='OR'), name='mail_is_readable_while_it_waits'), models.CheckConstraint(condition=models.Q(('not_after__gt', models.F('created_at'))), name='mail_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('template', ''), _negated=True), models.Q(('language', ''), _negated=True)), name='mail_has_words')],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('url', models.BinaryField()),
                ('secret', models.BinaryField()),
                ('old_secret', models.BinaryField(null=True)),
                ('old_secret_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('old_secret__isnull', True), ('old_secret_until__isnull', True)), models.Q(('old_secret__isnull', False), ('old_secret_until__isnull', False)), _connector='OR'), name='webhook_old_secret_ends'), models.CheckConstraint(condition=models.Q(('disabled_at__isnull', True), ('failing_since__isnull', False), _connector='OR'), name='webhook_is_disabled_for_failing')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('payload', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('delivered', 'delivered'), ('failed', 'failed')], default=accounts.notices.webhooks.states.DeliveryState['WAITING'], max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=20)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.notice')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.webhook')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='deliveries_that_wait'), models.Index(condition=models.Q(('state', 'waiting'), _negated=True), fields=['ended_at'], name='deliveries_that_ended')],
                'constraints': [models.UniqueConstraint(fields=('webhook', 'notice'), name='one_delivery_of_a_notice'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('ended_at__isnull', True), ('state', 'waiting')), models.Q(('due_at__isnull', True), ('ended_at__isnull', False), ('state__in', ['delivered', 'failed'])), _connector='OR'), name='delivery_is_due_until_it_ends'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), models.Q(('attempts__gte', 1), ('last_error', ''), ('last_status__gte', 200), ('last_status__lt', 300)), _connector='OR'), name='delivery_is_taken_or_has_an_error'), models.CheckConstraint(condition=models.Q(models.Q(('payload', ''), _negated=True), models.Q(('kind', ''), _negated=True)), name='delivery_has_a_payload')],
            },
        ),
        migrations.CreateModel(
            name='Guardianship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('parent', 'Mother or father'), ('appointed', 'Appointed guardian')], max_length=12)),
                ('claimed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guardian', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wards', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians', to=settings.AUTH_USER_MODEL)),
                ('sealed_name', models.BinaryField(default=b'')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('ward', 'guardian'), name='one_guardianship_of_two'), models.CheckConstraint(condition=models.Q(('ward', models.F('guardian')), _negated=True), name='nobody_is_their_own_guardian'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', models.F('guardian')), _negated=True)), _connector='OR'), name='guardianship_is_confirmed_by_somebody_else')],
            },
        ),
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
        migrations.CreateModel(
            name='ClaimIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('document', 'identity document'), ('name', 'identity name'), ('phone', 'identity phone')], max_length=12)),
                ('version', models.PositiveSmallIntegerField()),
                ('digest', models.BinaryField(max_length=32)),
                ('is_exclusive', models.BooleanField(default=False)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indexes', to='accounts.identityclaim')),
            ],
            options={
                'indexes': [models.Index(fields=['digest'], name='claim_by_digest')],
                'constraints': [models.UniqueConstraint(fields=('claim', 'purpose', 'version'), name='one_index_for_each_purpose_and_key'), models.UniqueConstraint(condition=models.Q(('is_exclusive', True)), fields=('version', 'digest'), name='one_account_for_each_document'), models.CheckConstraint(condition=models.Q(('is_exclusive', False), ('purpose', 'document'), _connector='OR'), name='only_documents_are_exclusive')],
            },
        ),
        migrations.CreateModel(
            name='Elevation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('asked', 'asked'), ('approved', 'approved'), ('open', 'open'), ('closed', 'closed'), ('refused', 'refused'), ('cancelled', 'cancelled'), ('expired', 'expired'), ('failed', 'failed')], default=accounts.elevation.states.ElevationState['ASKED'], max_length=12)),
                ('asked_at', models.DateTimeField()),
                ('opens_before', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('gag_until', models.DateField(blank=True, null=True)),
                ('gag_ended_at', models.DateTimeField(blank=True, null=True)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('content', models.BinaryField(null=True)),
                ('first_approved_at', models.DateTimeField(blank=True, null=True)),
                ('first_proof', models.JSONField(blank=True, null=True)),
                ('second_approved_at', models.DateTimeField(blank=True, null=True)),
                ('second_proof', models.JSONField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=24)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('window_key', models.BinaryField(null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='elevations', to=settings.AUTH_USER_MODEL)),
                ('first_approver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('refused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_approver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'opens_before'], name='elevation_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 60)), name='elevation_lasts_an_hour_at_most'), models.CheckConstraint(condition=models.Q(('first_approver__isnull', True), models.Q(('first_approver', models.F('asker')), _negated=True), _connector='OR'), name='elevation_first_approver_did_not_ask'), models.CheckConstraint(condition=models.Q(('second_approver__isnull', True), models.Q(('second_approver', models.F('asker')), _negated=True), _connector='OR'), name='elevation_second_approver_did_not_ask'), models.CheckConstraint(condition=models.Q(('second_approver__isnull', True), models.Q(('first_approver__isnull', False), models.Q(('second_approver', models.F('first_approver')), _negated=True)), _connector='OR'), name='elevation_is_approved_by_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('first_approved_at__isnull', True), ('first_approver__isnull', True), ('first_proof__isnull', True)), models.Q(('first_approved_at__isnull', False), ('first_approver__isnull', False), ('first_proof__isnull', False)), _connector='OR'), name='elevation_first_approval_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('second_approved_at__isnull', True), ('second_approver__isnull', True), ('second_proof__isnull', True)), models.Q(('second_approved_at__isnull', False), ('second_approver__isnull', False), ('second_proof__isnull', False)), _connector='OR'), name='elevation_second_approval_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'open', 'closed']), _negated=True), ('second_approver__isnull', False), _connector='OR'), name='elevation_is_approved_before_it_opens'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('opened_at__isnull', True), ('window_key__isnull', True)), models.Q(('ends_at__gt', models.F('opened_at')), ('opened_at__isnull', False), ('second_approver__isnull', False), ('state__in', ['open', 'closed'])), _connector='OR'), name='elevation_window_needs_approvals'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open'), ('window_key__isnull', False)), models.Q(models.Q(('state', 'open'), _negated=True), ('window_key__isnull', True)), _connector='OR'), name='elevation_window_is_shut_at_its_end'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['asked', 'approved', 'open'])), models.Q(models.Q(('state__in', ['asked', 'approved', 'open']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='elevation_end_has_a_time'), models.CheckConstraint(condition=models.Q(('opens_before__gt', models.F('asked_at'))), name='elevation_opens_after_its_asking'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('wrapped_key__isnull', False)), models.Q(('content__isnull', True), ('wrapped_key__isnull', True), models.Q(('state__in', ['asked', 'approved', 'open']), _negated=True)), _connector='OR'), name='elevation_is_readable_until_it_ended'), models.CheckConstraint(condition=models.Q(models.Q(('refused_by__isnull', False), ('state', 'refused')), models.Q(models.Q(('state', 'refused'), _negated=True), ('refused_by__isnull', True)), _connector='OR'), name='elevation_refusal_has_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ConcernedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(null=True)),
                ('is_opened', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to=settings.AUTH_USER_MODEL)),
                ('elevation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='persons', to='accounts.elevation')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('elevation', 'person'), name='a_person_is_concerned_once'), models.CheckConstraint(condition=models.Q(('sealed__isnull', True), ('is_opened', True), _connector='OR'), name='concerned_values_were_opened'), models.CheckConstraint(condition=models.Q(('told_at__isnull', True), ('is_opened', True), _connector='OR'), name='concerned_are_told_of_what_was_opened')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.BinaryField(max_length=32, unique=True)),
                ('locale', models.CharField(max_length=10)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('elevation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='accounts.elevation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='approval_question_ends_after_its_making')],
            },
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('concerned', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='viewings', to='accounts.concernedperson')),
                ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(db_index=True, max_length=48)),
                ('case', models.CharField(max_length=60)),
                ('document_sha256', models.CharField(max_length=64)),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('lift_asked_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lift_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('subject__startswith', 'user:'), ('subject__startswith', 'work:'), ('subject__startswith', 'case:'), _connector='OR'), name='hold_is_of_an_account_a_work_or_a_case'), models.CheckConstraint(condition=models.Q(models.Q(('case', ''), _negated=True), ('document_sha256__regex', '^[0-9a-f]{64}$')), name='hold_names_its_case_and_its_document'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='hold_is_confirmed_by_somebody_else'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lift_asked_at__isnull', False), ('lift_asked_by__isnull', False), ('lifted_at__isnull', False), models.Q(('lifted_by', models.F('lift_asked_by')), _negated=True)), _connector='OR'), name='hold_is_lifted_by_two'), models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('subject', 'case'), name='one_hold_of_a_case_on_a_subject')],
            },
        ),
        migrations.CreateModel(
            name='ShreddedBody',
            fields=[
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='shredded', serialize=False, to='accounts.record')),
                ('shredding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.record')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('shredding__gt', models.F('record'))), name='body_is_emptied_by_a_later_record')],
            },
        ),
        migrations.CreateModel(
            name='DataCopy',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('making', 'Making'), ('ready', 'Ready'), ('failed', 'Failed'), ('removed', 'Removed')], default='waiting', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.PositiveSmallIntegerField(default=0)),
                ('rooms', models.PositiveSmallIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='data_copies', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'making', 'ready'])), fields=('user',), name='one_data_copy_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('expires_at__isnull', False), ('made_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='data_copy_is_ready_with_an_end')],
            },
        ),
        migrations.CreateModel(
            name='StatementOfReasons',
            fields=[
                ('puid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(db_index=True, max_length=48)),
                ('visibility', models.CharField(blank=True, choices=[('DECISION_VISIBILITY_CONTENT_REMOVED', 'DECISION_VISIBILITY_CONTENT_REMOVED'), ('DECISION_VISIBILITY_CONTENT_DISABLED', 'DECISION_VISIBILITY_CONTENT_DISABLED'), ('DECISION_VISIBILITY_CONTENT_DEMOTED', 'DECISION_VISIBILITY_CONTENT_DEMOTED'), ('DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED', 'DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED'), ('DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED', 'DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED'), ('DECISION_VISIBILITY_CONTENT_LABELLED', 'DECISION_VISIBILITY_CONTENT_LABELLED'), ('DECISION_VISIBILITY_OTHER', 'DECISION_VISIBILITY_OTHER')], max_length=60)),
                ('other', models.CharField(blank=True, max_length=500)),
                ('provision', models.CharField(blank=True, choices=[('DECISION_PROVISION_PARTIAL_SUSPENSION', 'DECISION_PROVISION_PARTIAL_SUSPENSION'), ('DECISION_PROVISION_TOTAL_SUSPENSION', 'DECISION_PROVISION_TOTAL_SUSPENSION'), ('DECISION_PROVISION_PARTIAL_TERMINATION', 'DECISION_PROVISION_PARTIAL_TERMINATION'), ('DECISION_PROVISION_TOTAL_TERMINATION', 'DECISION_PROVISION_TOTAL_TERMINATION')], max_length=60)),
                ('account', models.CharField(blank=True, choices=[('DECISION_ACCOUNT_SUSPENDED', 'DECISION_ACCOUNT_SUSPENDED'), ('DECISION_ACCOUNT_TERMINATED', 'DECISION_ACCOUNT_TERMINATED')], max_length=60)),
                ('ground', models.CharField(choices=[('DECISION_GROUND_ILLEGAL_CONTENT', 'DECISION_GROUND_ILLEGAL_CONTENT'), ('DECISION_GROUND_INCOMPATIBLE_CONTENT', 'DECISION_GROUND_INCOMPATIBLE_CONTENT')], max_length=60)),
                ('reference', models.CharField(max_length=500)),
                ('explanation', models.TextField()),
                ('reference_url', models.CharField(blank=True, max_length=500)),
                ('also_illegal', models.CharField(blank=True, max_length=3)),
                ('facts', models.TextField()),
                ('content_types', models.JSONField(default=list)),
                ('category', models.CharField(choices=[('STATEMENT_CATEGORY_ANIMAL_WELFARE', 'STATEMENT_CATEGORY_ANIMAL_WELFARE'), ('STATEMENT_CATEGORY_CONSUMER_INFORMATION', 'STATEMENT_CATEGORY_CONSUMER_INFORMATION'), ('STATEMENT_CATEGORY_CYBER_VIOLENCE', 'STATEMENT_CATEGORY_CYBER_VIOLENCE'), ('STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN', 'STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN'), ('STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS'), ('STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH', 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH'), ('STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS'), ('STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS'), ('STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE', 'STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE'), ('STATEMENT_CATEGORY_OTHER_VIOLATION_TC', 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC'), ('STATEMENT_CATEGORY_PROTECTION_OF_MINORS', 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS'), ('STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY', 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY'), ('STATEMENT_CATEGORY_SCAMS_AND_FRAUD', 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD'), ('STATEMENT_CATEGORY_SELF_HARM', 'STATEMENT_CATEGORY_SELF_HARM'), ('STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS', 'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS'), ('STATEMENT_CATEGORY_VIOLENCE', 'STATEMENT_CATEGORY_VIOLENCE')], max_length=80)),
                ('keywords', models.JSONField(default=list)),
                ('content_date', models.DateField()),
                ('applies_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('source', models.CharField(choices=[('SOURCE_ARTICLE_16', 'SOURCE_ARTICLE_16'), ('SOURCE_TRUSTED_FLAGGER', 'SOURCE_TRUSTED_FLAGGER'), ('SOURCE_TYPE_OTHER_NOTIFICATION', 'SOURCE_TYPE_OTHER_NOTIFICATION'), ('SOURCE_VOLUNTARY', 'SOURCE_VOLUNTARY')], max_length=40)),
                ('automated_detection', models.BooleanField(default=False)),
                ('automated_decision', models.CharField(choices=[('AUTOMATED_DECISION_FULLY', 'AUTOMATED_DECISION_FULLY'), ('AUTOMATED_DECISION_PARTIALLY', 'AUTOMATED_DECISION_PARTIALLY'), ('AUTOMATED_DECISION_NOT_AUTOMATED', 'AUTOMATED_DECISION_NOT_AUTOMATED')], max_length=40)),
                ('territory', models.JSONField(default=list)),
                ('sha256', models.CharField(max_length=64)),
                ('stated_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements_of_reasons', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-stated_at', 'puid'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('visibility', ''), _negated=True), models.Q(('provision', ''), _negated=True), models.Q(('account', ''), _negated=True), _connector='OR'), name='reasons_decide_something'), models.CheckConstraint(condition=models.Q(models.Q(('visibility', accounts.reasons.schema.Visibility['OTHER']), models.Q(('other', ''), _negated=True)), models.Q(models.Q(('visibility', accounts.reasons.schema.Visibility['OTHER']), _negated=True), ('other', '')), _connector='OR'), name='reasons_say_what_other_is'), models.CheckConstraint(condition=models.Q(('ground__in', [accounts.reasons.schema.GroundKind['ILLEGAL'], accounts.reasons.schema.GroundKind['INCOMPATIBLE']]), models.Q(('reference', ''), _negated=True), models.Q(('explanation', ''), _negated=True), models.Q(('facts', ''), _negated=True)), name='reasons_have_a_ground'), models.CheckConstraint(condition=models.Q(('visibility__in', ['', accounts.reasons.schema.Visibility['REMOVED'], accounts.reasons.schema.Visibility['DISABLED'], accounts.reasons.schema.Visibility['DEMOTED'], accounts.reasons.schema.Visibility['AGE_RESTRICTED'], accounts.reasons.schema.Visibility['INTERACTION_RESTRICTED'], accounts.reasons.schema.Visibility['LABELLED'], accounts.reasons.schema.Visibility['OTHER']]), ('provision__in', ['', accounts.reasons.schema.Provision['PARTIAL_SUSPENSION'], accounts.reasons.schema.Provision['TOTAL_SUSPENSION'], accounts.reasons.schema.Provision['PARTIAL_TERMINATION'], accounts.reasons.schema.Provision['TOTAL_TERMINATION']]), ('account__in', ['', accounts.reasons.schema.Account['SUSPENDED'], accounts.reasons.schema.Account['TERMINATED']]), ('category__in', [accounts.reasons.schema.Category['ANIMAL_WELFARE'], accounts.reasons.schema.Category['CONSUMER_INFORMATION'], accounts.reasons.schema.Category['CYBER_VIOLENCE'], accounts.reasons.schema.Category['CYBER_VIOLENCE_AGAINST_WOMEN'], accounts.reasons.schema.Category['DATA_PROTECTION'], accounts.reasons.schema.Category['SPEECH'], accounts.reasons.schema.Category['INTELLECTUAL_PROPERTY'], accounts.reasons.schema.Category['CIVIC_DISCOURSE'], accounts.reasons.schema.Category['NOT_SPECIFIED'], accounts.reasons.schema.Category['TERMS'], accounts.reasons.schema.Category['MINORS'], accounts.reasons.schema.Category['PUBLIC_SECURITY'], accounts.reasons.schema.Category['FRAUD'], accounts.reasons.schema.Category['SELF_HARM'], accounts.reasons.schema.Category['PRODUCTS'], accounts.reasons.schema.Category['VIOLENCE']]), ('source__in', [accounts.reasons.schema.Source['NOTICE'], accounts.reasons.schema.Source['TRUSTED_FLAGGER'], accounts.reasons.schema.Source['OTHER_NOTIFICATION'], accounts.reasons.schema.Source['VOLUNTARY']]), ('automated_decision__in', [accounts.reasons.schema.Automation['FULLY'], accounts.reasons.schema.Automation['PARTIALLY'], accounts.reasons.schema.Automation['NOT']])), name='reasons_use_the_schemas_words'), models.CheckConstraint(condition=models.Q(('also_illegal', ''), models.Q(('also_illegal__in', ['Yes', 'No']), ('ground', accounts.reasons.schema.GroundKind['INCOMPATIBLE'])), _connector='OR'), name='reasons_say_illegal_of_the_agreement'), models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('applies_on')), _connector='OR'), name='reasons_end_after_they_begin'), models.CheckConstraint(condition=models.Q(('applies_on__gte', datetime.date(2020, 1, 1)), ('content_date__gte', datetime.date(2000, 1, 1))), name='reasons_begin_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('automated_decision', accounts.reasons.schema.Automation['FULLY']), ('by__isnull', True)), models.Q(('by__isnull', False), models.Q(('automated_decision', accounts.reasons.schema.Automation['FULLY']), _negated=True)), _connector='OR'), name='reasons_of_nobody_are_automated'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('other'), 500), name='reasons_other_is_short'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('reference'), 500), name='reasons_reference_is_short'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('explanation'), 2000), name='reasons_explanation_is_short'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('facts'), 5000), name='reasons_facts_is_short')],
            },
        ),
        migrations.CreateModel(
            name='Sanction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('step', models.CharField(choices=[('warn', 'warn'), ('limit', 'limit'), ('suspend', 'suspend'), ('close', 'close')], max_length=8)),
                ('functions', models.CharField(blank=True, max_length=80)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('declined', 'declined'), ('in_force', 'in_force'), ('lifted', 'lifted')], max_length=8)),
                ('about', models.CharField(blank=True, max_length=48)),
                ('reasons', models.BinaryField()),
                ('statement', models.CharField(blank=True, max_length=40)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('needs_second', models.BooleanField(default=False)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('begins_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('end_told_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sanctions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at', 'pk'],
                'indexes': [models.Index(fields=['user', 'state'], name='sanction_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('step', 'limit'), models.Q(('functions', ''), _negated=True)), models.Q(models.Q(('step', 'limit'), _negated=True), ('functions', '')), _connector='OR'), name='sanction_functions_are_of_a_limit'), models.CheckConstraint(condition=models.Q(models.Q(('days__isnull', True), ('step', 'close')), models.Q(models.Q(('step', 'close'), _negated=True), ('days__gte', 1)), _connector='OR'), name='sanction_ends_but_a_closure'), models.CheckConstraint(condition=models.Q(models.Q(('begins_at__isnull', True), ('ends_at__isnull', True), ('state__in', ['proposed', 'declined'])), models.Q(('begins_at__isnull', False), ('state__in', ['in_force', 'lifted']), models.Q(models.Q(('ends_at__isnull', True), ('step', 'close')), models.Q(models.Q(('step', 'close'), _negated=True), ('ends_at__gt', models.F('begins_at'))), _connector='OR')), _connector='OR'), name='sanction_has_its_times'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('needs_second', False), models.Q(('state__in', ['proposed', 'declined']), _negated=True)), models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('needs_second', True), ('state', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('needs_second', True), models.Q(('state', 'proposed'), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='sanction_of_two_has_two'), models.CheckConstraint(condition=models.Q(models.Q(('step', 'close'), _negated=True), ('needs_second', True), _connector='OR'), name='sanction_closure_needs_two'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_by', models.F('user')), _negated=True), models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('user')), _negated=True), _connector='OR'), models.Q(('lifted_by__isnull', True), models.Q(('lifted_by', models.F('user')), _negated=True), _connector='OR')), name='sanction_is_by_others'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), ('state', 'lifted')), models.Q(models.Q(('state', 'lifted'), _negated=True), ('lifted_at__isnull', True), ('lifted_by__isnull', True)), _connector='OR'), name='sanction_lifted_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AttemptCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=8)),
                ('key', models.BinaryField(max_length=32)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='one_counter_per_key')],
            },
        ),
        migrations.CreateModel(
            name='IdentityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=24)),
                ('method', models.CharField(max_length=40)),
                ('finding', models.CharField(choices=[('match', 'match'), ('mismatch', 'mismatch'), ('no_record', 'no_record'), ('invalid_input', 'invalid_input'), ('unavailable', 'unavailable')], max_length=16)),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'NONE'), (1, 'SELF_ASSERTED'), (2, 'OPERATOR_CHECKED'), (3, 'THIRD_PARTY_MATCH'), (4, 'DOCUMENT_AND_PRESENCE')])),
                ('trouble', models.CharField(blank=True, choices=[('timed_out', 'timed_out'), ('no_connection', 'no_connection'), ('certificate', 'certificate'), ('redirected', 'redirected'), ('outage', 'outage'), ('malformed', 'malformed'), ('not_accepted', 'not_accepted'), ('clock', 'clock'), ('forged', 'forged'), ('other_address', 'other_address')], max_length=16)),
                ('reference', models.CharField(blank=True, max_length=100)),
                ('evidence', models.BinaryField(default=b'', max_length=32)),
                ('attempt', models.PositiveSmallIntegerField()),
                ('checked_at', models.DateTimeField()),
                ('claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='accounts.identityclaim')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_checks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finding', 'match'), ('level__gte', 1)), models.Q(models.Q(('finding', 'match'), _negated=True), ('level', 0)), _connector='OR'), name='check_has_a_level_for_a_match_alone'), models.CheckConstraint(condition=models.Q(models.Q(('finding', 'unavailable'), models.Q(('trouble', ''), _negated=True)), models.Q(models.Q(('finding', 'unavailable'), _negated=True), ('trouble', '')), _connector='OR'), name='check_has_a_trouble_without_an_answer')],
            },
        ),
        migrations.CreateModel(
            name='IdentityQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('provider', models.CharField(max_length=24)),
                ('state', models.CharField(choices=[('away', 'away'), ('waiting', 'waiting'), ('answered', 'answered'), ('handed_on', 'handed_on'), ('over', 'over')], max_length=12)),
                ('state_digest', models.BinaryField(max_length=32, null=True, unique=True)),
                ('sealed_journey', models.BinaryField(default=b'')),
                ('sealed_code', models.BinaryField(default=b'')),
                ('network', models.BinaryField(default=b'', max_length=32)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, choices=[('timed_out', 'timed_out'), ('no_connection', 'no_connection'), ('certificate', 'certificate'), ('redirected', 'redirected'), ('outage', 'outage'), ('malformed', 'malformed'), ('not_accepted', 'not_accepted'), ('clock', 'clock'), ('forged', 'forged'), ('other_address', 'other_address')], max_length=16)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='accounts.identityclaim')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_questions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='question_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['away', 'waiting'])), fields=('user',), name='one_open_question_per_user'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='question_waits_until_a_time'), models.CheckConstraint(condition=models.Q(('state__in', ['away', 'waiting']), models.Q(('sealed_code', b''), ('sealed_journey', b'')), _connector='OR'), name='question_holds_nothing_once_over')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('uscc', models.CharField(db_index=True, max_length=18)),
                ('state', models.CharField(choices=[('pending', 'pending'), ('verified', 'verified'), ('rejected', 'rejected'), ('ended', 'ended')], default=accounts.organisations.states.OrganisationState['PENDING'], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'verified')), fields=('uscc',), name='one_verified_organisation_per_code'), models.UniqueConstraint(condition=models.Q(('state__in', ['pending', 'verified'])), fields=('uscc', 'representative'), name='one_open_organisation_per_representative'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='organisation_decision_matches_state'), models.CheckConstraint(condition=models.Q(('state', 'ended'), ('decided_by__isnull', True), models.Q(('decided_by', models.F('representative')), _negated=True), _connector='OR'), name='organisation_is_not_decided_by_its_representative')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('scopes', models.CharField(max_length=100)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('organisation', 'delegate'), name='one_mandate_per_delegate'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='mandate_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('scopes', ''), _negated=True), name='mandate_allows_something')],
            },
        ),
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('checkpoint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='stamp', serialize=False, to='accounts.checkpoint')),
                ('reply', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
