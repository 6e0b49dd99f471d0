
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0002_policy_traits'),
        ('departments', '0002_earlier_weeks'),
        ('escalations', '0004_rules_for_new_clocks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='evidence',
            field=models.CharField(blank=True, help_text='where the evidence is kept, if not attached', max_length=200),
        ),
        migrations.AddField(
            model_name='complaint',
            name='follow_up',
            field=models.TextField(blank=True, help_text='how and when the customer was called afterwards'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='keep_until',
            field=models.DateField(blank=True, help_text='by the policy, from when it was closed', null=True),
        ),
        migrations.AddField(
            model_name='complaint',
            name='paused_for',
            field=models.CharField(blank=True, help_text='why its date stands still; empty while it runs', max_length=32),
        ),
        migrations.AddField(
            model_name='customer',
            name='language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('zh-hans', 'Simplified Chinese')], max_length=10, verbose_name='language of letters'),
        ),
        migrations.AlterField(
            model_name='commitment',
            name='kind',
            field=models.CharField(choices=[('deliver', 'deliver'), ('unblock', 'remove what blocks'), ('inform', 'tell the customer'), ('wait', 'look after what is waited for')], default='deliver', max_length=10),
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(help_text='which clock of the case: resolve or review', max_length=20)),
                ('state', models.CharField(choices=[('asked', 'Waiting for approval'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='asked', max_length=10)),
                ('before', models.DateTimeField(help_text='the date that it moves')),
                ('due_at', models.DateTimeField(verbose_name='new date')),
                ('reason', models.TextField(verbose_name='reason')),
                ('letter', models.TextField(blank=True, verbose_name='holding letter')),
                ('asked_at', models.DateTimeField()),
                ('note', models.TextField(blank=True, help_text='what the leader said')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_for', models.ForeignKey(blank=True, help_text='for whom the person stood in who asked', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asking_department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='complaints.complaint')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(help_text='whose leader is asked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='departments.department')),
                ('leader', models.ForeignKey(blank=True, help_text='who is asked; nobody where the policy needs no approval', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['leader'], name='extension_waits_for'), models.Index(fields=['complaint', 'asked_at'], name='extension_by_case')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('complaint',), name='one_extension_waits'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_extensions_say_when'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='nobody_approves_their_own_extension')],
            },
        ),
        migrations.CreateModel(
            name='RiskAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='the risk')),
                ('until', models.DateTimeField(verbose_name='accepted until')),
                ('accepted_at', models.DateTimeField()),
                ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accepted_risks', to='complaints.complaint')),
                ('escalation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='accepted_risk', to='escalations.escalation')),
            ],
            options={
                'verbose_name': 'accepted risk',
                'verbose_name_plural': 'accepted risks',
                'ordering': ['-accepted_at', '-pk'],
                'indexes': [models.Index(fields=['until'], name='risk_accepted_until')],
            },
        ),
    ]
