import accounts.identity.levels
import consent.requests.states
import consent.rules.answering
import consent.scope.vocabulary
import consent.statements.states
import consent.uses.states
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('consent', '0001_requests_grants_uses'),
        ('consent', '0002_known_states'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('mfa', '0003_authenticator_type_uniq'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PasskeyCount',
            fields=[
                ('passkey', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='mfa.authenticator')),
                ('count', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('index', models.BinaryField(max_length=32, unique=True)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('sealed_address', models.BinaryField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('neutral_mail_at', models.DateTimeField(blank=True, null=True)),
                ('opted_out_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sealed_address__isnull', False), ('wrapped_key__isnull', False)), models.Q(('sealed_address__isnull', True), ('wrapped_key__isnull', True)), _connector='OR'), name='contact_is_sealed_or_erased')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(db_index=True, max_length=48)),
                ('event', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answer_reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('held', 'held'), ('sent', 'sent'), ('viewed', 'viewed'), ('confirmed', 'confirmed'), ('deferred', 'deferred'), ('countered', 'countered'), ('granted', 'granted'), ('refused', 'refused'), ('misdirected', 'misdirected'), ('reported', 'reported'), ('superseded', 'superseded'), ('cancelled', 'cancelled'), ('expired', 'expired')], max_length=12)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('subject', models.CharField(blank=True, db_index=True, max_length=48)),
                ('vocabulary', models.CharField(max_length=8)),
                ('scope', models.JSONField()),
                ('scope_sha256', models.CharField(max_length=64)),
                ('counter_scope', models.JSONField(blank=True, null=True)),
                ('counter_sha256', models.CharField(blank=True, max_length=64)),
                ('counter_proof', models.CharField(blank=True, max_length=8)),
                ('counter_evidence', models.BinaryField(null=True)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('sealed_name', models.BinaryField(null=True)),
                ('token_index', models.BinaryField(max_length=32, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('viewed_at', models.DateTimeField(blank=True, null=True)),
                ('answer_by', models.DateTimeField(db_index=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('refused_openly', models.BooleanField(default=False)),
                ('dropped_as', models.CharField(blank=True, max_length=12)),
                ('deliver_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('reminders_mailed', models.PositiveSmallIntegerField(default=0)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='consent.contact')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests_received', to=settings.AUTH_USER_MODEL)),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests_made', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='consent.request')),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', [consent.requests.states.RequestState['CONFIRMED'], consent.requests.states.RequestState['COUNTERED'], consent.requests.states.RequestState['DEFERRED'], consent.requests.states.RequestState['DRAFT'], consent.requests.states.RequestState['HELD'], consent.requests.states.RequestState['SENT'], consent.requests.states.RequestState['VIEWED']])), fields=('requester', 'contact', 'subject'), name='one_open_request_to_a_person'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'cancelled', 'superseded']), ('sent_at__isnull', False), _connector='OR'), name='request_is_sent_once_it_left_the_draft'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['granted', 'countered']), _negated=True), models.Q(('answered_at__isnull', False), ('person__isnull', False)), _connector='OR'), name='request_answer_has_a_person_and_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('counter_proof', ''), ('counter_scope__isnull', True), ('counter_sha256', '')), models.Q(('counter_scope__isnull', False), models.Q(('counter_sha256', ''), _negated=True), models.Q(('counter_proof', ''), _negated=True)), _connector='OR'), name='request_counter_offer_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'countered'), _negated=True), ('counter_scope__isnull', False), _connector='OR'), name='request_countered_has_an_offer'), models.CheckConstraint(condition=models.Q(('refused_openly', False), ('state', 'refused'), _connector='OR'), name='request_only_refusals_are_open_about_it'), models.CheckConstraint(condition=models.Q(('reminders__lte', 2)), name='request_reminds_twice_at_most'), models.CheckConstraint(condition=models.Q(models.Q(('supersedes__isnull', True), ('version', 1)), models.Q(('supersedes__isnull', False), ('version__gt', 1)), _connector='OR'), name='request_versions_follow_one_another'), models.CheckConstraint(condition=models.Q(('dropped_as', ''), models.Q(('dropped_as__in', ['cancelled', 'superseded']), models.Q(('state', 'granted'), _negated=True)), _connector='OR'), name='request_dropped_is_not_granted'), models.CheckConstraint(condition=models.Q(('reminders_mailed__lte', models.F('reminders'))), name='request_reminds_as_often_as_asked'), models.CheckConstraint(condition=models.Q(('answer_by__gt', models.F('created_at'))), name='request_deadline_is_after_its_making')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.BinaryField(max_length=32, unique=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('is_counter', models.BooleanField(default=False)),
                ('asked_sha256', models.CharField(max_length=64)),
                ('scope', models.TextField()),
                ('scope_sha256', models.CharField(max_length=64)),
                ('locale', models.CharField(max_length=10)),
                ('template', models.CharField(max_length=8)),
                ('text', models.TextField()),
                ('texts_sha256', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='consent.request')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='question_ends_after_its_making'), models.CheckConstraint(condition=models.Q(('ward__isnull', True), models.Q(('ward', models.F('person')), _negated=True), _connector='OR'), name='question_ward_is_somebody_else')],
            },
        ),
        migrations.CreateModel(
            name='MailedCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.UUIDField(default=uuid.uuid4)),
                ('sha256', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('shut_at', models.DateTimeField(blank=True, null=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='consent.request')),
            ],
            options={
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('shut_at__isnull', True), models.Q(('tries', 5), ('used_at__isnull', True)), _connector='OR'), name='code_is_shut_after_the_last_try'), models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='code_is_tried_five_times_at_most'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('made_at'))), name='code_ends_after_its_making'), models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('tries__gt', 0), _connector='OR'), name='code_is_used_by_a_try')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('pending_cooling', 'pending_cooling'), ('active', 'active'), ('suspended', 'suspended'), ('exhausted', 'exhausted'), ('expired', 'expired'), ('withdrawn', 'withdrawn'), ('revoked', 'revoked'), ('invalidated', 'invalidated'), ('superseded', 'superseded')], max_length=16)),
                ('version', models.PositiveIntegerField(default=1)),
                ('vocabulary', models.CharField(max_length=8)),
                ('scope', models.JSONField()),
                ('scope_sha256', models.CharField(max_length=64)),
                ('outputs', models.PositiveIntegerField()),
                ('consumed', models.PositiveIntegerField(default=0)),
                ('given_at', models.DateTimeField()),
                ('cools_until', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_because', models.CharField(blank=True, choices=[('account_risk', 'Account Risk'), ('dispute', 'Dispute'), ('guardian', 'Guardian'), ('birthday', 'Birthday'), ('legal_hold', 'Legal Hold')], max_length=16)),
                ('grantee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants_held', to=settings.AUTH_USER_MODEL)),
                ('guardian', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants_given', to=settings.AUTH_USER_MODEL)),
                ('renews', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='consent.grant')),
                ('request', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='consent.request')),
            ],
            options={
                'ordering': ['-given_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('consumed__lte', models.F('outputs'))), name='grant_makes_no_more_than_granted'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('given_at'))), name='grant_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', [consent.scope.vocabulary.GrantState['ACTIVE'], consent.scope.vocabulary.GrantState['EXHAUSTED'], consent.scope.vocabulary.GrantState['PENDING_COOLING'], consent.scope.vocabulary.GrantState['SUSPENDED']])), models.Q(models.Q(('state__in', [consent.scope.vocabulary.GrantState['ACTIVE'], consent.scope.vocabulary.GrantState['EXHAUSTED'], consent.scope.vocabulary.GrantState['PENDING_COOLING'], consent.scope.vocabulary.GrantState['SUSPENDED']]), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='grant_end_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'suspended'), models.Q(('suspended_because', ''), _negated=True)), models.Q(models.Q(('state', 'suspended'), _negated=True), ('suspended_because', '')), _connector='OR'), name='grant_suspension_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'pending_cooling'), _negated=True), ('cools_until__isnull', False), _connector='OR'), name='grant_cools_until_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'exhausted'), _negated=True), ('consumed', models.F('outputs')), _connector='OR'), name='grant_used_up_has_nothing_left'), models.CheckConstraint(condition=models.Q(('state__in', ['pending_cooling', 'active', 'suspended', 'exhausted', 'expired', 'withdrawn', 'revoked', 'invalidated', 'superseded'])), name='grant_state_is_known'), models.CheckConstraint(condition=models.Q(('renews__isnull', True), models.Q(('renews', models.F('reference')), _negated=True), _connector='OR'), name='grant_renews_another')],
            },
        ),
        migrations.CreateModel(
            name='StandingRules',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='standing_rules', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('who', models.CharField(choices=[('anybody', 'anybody'), ('listed', 'listed'), ('nobody', 'nobody')], default=consent.rules.answering.WhoMayAsk['ANYBODY'], max_length=8)),
                ('listed', models.JSONField(blank=True, default=list)),
                ('least_level', models.PositiveSmallIntegerField(choices=[(0, 'NONE'), (1, 'SELF_ASSERTED'), (2, 'OPERATOR_CHECKED'), (3, 'THIRD_PARTY_MATCH'), (4, 'DOCUMENT_AND_PRESENCE')], default=accounts.identity.levels.Level['NONE'])),
                ('purposes', models.JSONField(blank=True, null=True)),
                ('only_with_preview', models.BooleanField(default=False)),
                ('quiet_until', models.DateTimeField(blank=True, null=True)),
                ('most_per_week', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('most_per_week__isnull', True), ('most_per_week__range', (1, 100)), _connector='OR'), name='rules_count_from_one_to_a_hundred'), models.CheckConstraint(condition=models.Q(('least_level__lte', 4)), name='rules_know_the_levels')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('asked', 'asked'), ('recorded', 'recorded'), ('accepted', 'accepted'), ('rejected', 'rejected'), ('lapsed', 'lapsed')], default=consent.statements.states.StatementState['ASKED'], max_length=8)),
                ('sealed', models.BinaryField()),
                ('scope', models.TextField()),
                ('is_counter', models.BooleanField(default=False)),
                ('code', models.CharField(max_length=6)),
                ('locale', models.CharField(max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('media_type', models.CharField(blank=True, max_length=16)),
                ('recording_sha256', models.CharField(blank=True, max_length=64)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('recording_removed_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='consent.request')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('speaker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['asked_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', [consent.statements.states.StatementState['ASKED'], consent.statements.states.StatementState['RECORDED']])), fields=('request',), name='one_open_statement_to_a_request'), models.CheckConstraint(condition=models.Q(models.Q(('media_type', ''), ('recorded_at__isnull', True), ('recording_sha256', '')), models.Q(('recorded_at__isnull', False), models.Q(('recording_sha256', ''), _negated=True), models.Q(('media_type', ''), _negated=True)), _connector='OR'), name='statement_recorded_is_a_file'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'rejected']), _negated=True), models.Q(('decided_at__isnull', False), ('recorded_at__isnull', False), ('reviewer__isnull', False), models.Q(('reviewer', models.F('speaker')), _negated=True), models.Q(('reviewer', models.F('person')), _negated=True)), _connector='OR'), name='statement_is_decided_by_somebody_who_heard_it'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='statement_rejection_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=48, unique=True)),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('checked', 'checked'), ('awaiting_preview', 'awaiting_preview'), ('approved', 'approved'), ('live', 'live'), ('cut_off', 'cut_off'), ('removed', 'removed')], default=consent.uses.states.UseState['PROPOSED'], max_length=16)),
                ('terms', models.JSONField(default=dict)),
                ('output_sha256', models.CharField(max_length=64)),
                ('faces', models.PositiveSmallIntegerField(default=0)),
                ('trace', models.JSONField(default=list)),
                ('engine', models.CharField(blank=True, max_length=8)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('live_at', models.DateTimeField(blank=True, null=True)),
                ('cut_off_at', models.DateTimeField(blank=True, null=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'live'), _negated=True), models.Q(('live_at__isnull', False), models.Q(('engine', ''), _negated=True)), _connector='OR'), name='use_live_has_a_time_and_a_trace'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'cut_off'), _negated=True), ('cut_off_at__isnull', False), _connector='OR'), name='use_cut_off_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', False), ('state', 'removed')), models.Q(models.Q(('state', 'removed'), _negated=True), ('removed_at__isnull', True)), _connector='OR'), name='use_removed_has_a_time'), models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'checked', 'awaiting_preview', 'approved', 'live', 'cut_off', 'removed'])), name='use_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='DepictedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('elements', models.JSONField(default=list)),
                ('operations', models.JSONField(default=list)),
                ('grant_version', models.PositiveIntegerField(blank=True, null=True)),
                ('consumed', models.PositiveSmallIntegerField(default=0)),
                ('approved_sha256', models.CharField(blank=True, max_length=64)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('grant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='depictions', to='consent.grant')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='depictions', to='consent.request')),
                ('use', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='consent.use')),
            ],
            options={
                'ordering': ['use', 'position'],
                'constraints': [models.UniqueConstraint(fields=('use', 'position'), name='one_person_at_a_position'), models.UniqueConstraint(condition=models.Q(('grant__isnull', False)), fields=('use', 'grant'), name='one_person_once_in_a_use'), models.CheckConstraint(condition=models.Q(models.Q(('consumed', 0), ('grant_version__isnull', True)), models.Q(('consumed__gt', 0), ('grant__isnull', False), ('grant_version__isnull', False)), _connector='OR'), name='depicted_consumption_is_of_a_grant'), models.CheckConstraint(condition=models.Q(('approved_at__isnull', True), ('declined_at__isnull', True), _connector='OR'), name='depicted_is_approved_or_declined'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_sha256', '')), models.Q(models.Q(('approved_sha256', ''), _negated=True), ('approved_at__isnull', False)), _connector='OR'), name='depicted_approval_is_of_a_file')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to=settings.AUTH_USER_MODEL)),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='consent.contact')),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.UniqueConstraint(fields=('contact', 'requester'), name='one_block_of_a_requester')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='evidence', serialize=False, to='consent.grant')),
                ('proof', models.CharField(choices=[('claimed', 'claimed'), ('contact', 'contact'), ('identity', 'identity'), ('signed', 'signed'), ('spoken', 'spoken')], max_length=8)),
                ('sealed', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('seal', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('proof__in', ['identity', 'signed', 'spoken'])), name='evidence_proves_an_identity')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('person', 'person'), ('grantee', 'grantee')], max_length=8)),
                ('version', models.PositiveIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('jws', models.TextField()),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='consent.grant')),
            ],
            options={
                'ordering': ['grant', 'side', 'version'],
                'constraints': [models.UniqueConstraint(fields=('grant', 'side', 'version'), name='one_receipt_for_each_side'), models.CheckConstraint(condition=models.Q(('side__in', ['person', 'grantee'])), name='receipt_is_of_a_side'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='receipt_is_of_a_version'), models.CheckConstraint(condition=models.Q(models.Q(('jws', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), name='receipt_is_signed')],
            },
        ),
    ]
