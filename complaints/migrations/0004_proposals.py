
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KINDS = (
    ('ledger', 'Money and ledger', '资金与账务'),
    ('production_data', 'Production data', '生产数据'),
    ('legal', 'Law and regulation', '法律与监管'),
    ('personal_data', 'Personal data', '个人信息'),
    ('reputation', 'Customer and reputation', '客户与声誉'),
    ('operations', 'Operations', '业务运行'),
)


def install_kinds(apps, schema_editor):
    """The kinds of risk that every house knows; whose leader decides is for the house to say."""
    kinds = apps.get_model('complaints', 'RiskKind')
    kinds.objects.bulk_create(
        kinds(code=code, name_en=english, name_zh=chinese, order=order)
        for order, (code, english, chinese) in enumerate(KINDS)
    )


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0003_policies_on_the_case'),
        ('departments', '0002_earlier_weeks'),
        ('escalations', '0006_outcome_options'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='missing_by',
            field=models.DateTimeField(blank=True, null=True, verbose_name='needed by then'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='missing_from',
            field=models.CharField(blank=True, max_length=120, verbose_name='who can supply it'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='purpose',
            field=models.CharField(choices=[('ask', 'Question'), ('task', 'Task'), ('change', 'Production data change'), ('reconcile', 'Reconciliation')], default='ask', max_length=10, verbose_name='purpose'),
        ),
        migrations.CreateModel(
            name='OptionAsked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_when', models.DateTimeField(verbose_name='by when')),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options_asked', to='escalations.escalation')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='option_asked', to='complaints.ticket')),
            ],
            options={
                'verbose_name': 'option asked for',
                'verbose_name_plural': 'options asked for',
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=32, unique=True)),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('chosen', 'Chosen'), ('not_chosen', 'Not chosen'), ('withdrawn', 'Withdrawn')], default='offered', max_length=10)),
                ('track', models.CharField(choices=[('remedy', 'Remedy for the customer'), ('lasting', 'Lasting fix')], max_length=8, verbose_name='track')),
                ('title', models.CharField(max_length=160, verbose_name='in one line')),
                ('summary', models.TextField(verbose_name='in plain words')),
                ('steps', models.JSONField(blank=True, default=list, help_text='one line for each step')),
                ('expected_at', models.DateTimeField(verbose_name='done by')),
                ('proposed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='complaints.complaint')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(blank=True, help_text='the ticket that it answers, if one asked for it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='complaints.ticket')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=160, verbose_name='what is needed')),
                ('by_when', models.DateTimeField(verbose_name='by when')),
                ('purpose', models.CharField(choices=[('task', 'Task'), ('change', 'Production data change'), ('reconcile', 'Reconciliation')], default='task', max_length=10, verbose_name='kind')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department')),
                ('ticket', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='need', to='complaints.ticket')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='complaints.proposal')),
            ],
            options={
                'verbose_name': 'need',
                'verbose_name_plural': 'needs',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('conditions', models.TextField(blank=True, verbose_name='conditions')),
                ('decided_at', models.DateTimeField()),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escalation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='escalations.escalation')),
                ('chosen', models.ManyToManyField(related_name='decisions', to='complaints.proposal')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-decided_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProposedDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='new date')),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.commitment')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='complaints.proposal')),
            ],
            options={
                'verbose_name': 'date of a promise',
                'verbose_name_plural': 'dates of promises',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RiskKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name in Chinese')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('department', models.ForeignKey(blank=True, help_text='Empty: the lowest leader above everybody concerned.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department', verbose_name='department whose leader decides')),
            ],
            options={
                'verbose_name': 'kind of risk',
                'verbose_name_plural': 'kinds of risk',
                'ordering': ['order', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what may happen')),
                ('likelihood', models.CharField(choices=[('low', 'low'), ('medium', 'medium'), ('high', 'high')], max_length=6, verbose_name='likelihood')),
                ('impact', models.CharField(choices=[('low', 'low'), ('medium', 'medium'), ('high', 'high')], max_length=6, verbose_name='impact')),
                ('mitigation', models.TextField(blank=True, verbose_name='what reduces it')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='risks', to='complaints.proposal')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.riskkind', verbose_name='kind of risk')),
            ],
            options={
                'verbose_name': 'risk',
                'verbose_name_plural': 'risks',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NeedInput',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='what has to be supplied')),
                ('value', models.TextField(blank=True)),
                ('supplied_at', models.DateTimeField(blank=True, null=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('from_department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inputs', to='complaints.need')),
                ('supplied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.OneToOneField(blank=True, help_text='asks the department for it; its answer is the value', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplies', to='complaints.ticket')),
            ],
            options={
                'verbose_name': 'required input',
                'verbose_name_plural': 'required inputs',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('supplied_at__isnull', True), ('supplied_by__isnull', True), ('value', '')), models.Q(('supplied_at__isnull', False), ('supplied_by__isnull', False), models.Q(('value', ''), _negated=True)), _connector='OR'), name='inputs_are_supplied_by_somebody')],
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['complaint', 'proposed_at'], name='proposal_by_case'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='settled_proposals_say_when'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('summary', ''), _negated=True), name='proposals_in_plain_words'),
        ),
        migrations.AddConstraint(
            model_name='proposeddate',
            constraint=models.UniqueConstraint(fields=('proposal', 'commitment'), name='one_date_per_promise_and_option'),
        ),
        migrations.AddConstraint(
            model_name='risk',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='risks_are_accepted_by_somebody'),
        ),
        migrations.RunPython(install_kinds, migrations.RunPython.noop),
    ]
