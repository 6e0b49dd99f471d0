import departments.hours
import departments.models
import departments.public_holidays
import departments.validation
import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name in Chinese')),
                ('zone', models.CharField(default=departments.models.default_zone, max_length=64, validators=[departments.validation.validate_zone], verbose_name='time zone')),
                ('country', models.CharField(blank=True, help_text='ISO code, such as CN or DE-BY; empty: no public holidays.', max_length=8, validators=[departments.public_holidays.validate_country], verbose_name='country of holidays')),
                ('week', models.JSONField(help_text='Per weekday from Monday: [["09:00", "12:00"], …]', validators=[departments.hours.validate_week], verbose_name='weekly hours')),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'work calendar',
                'verbose_name_plural': 'work calendars',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(blank=True, choices=departments.models.languages, max_length=12, verbose_name='language')),
                ('time_zone', models.CharField(default=departments.models.default_zone, max_length=64, validators=[departments.validation.validate_zone], verbose_name='time zone')),
                ('is_auditor', models.BooleanField(default=False, help_text='Reads everything; each reading is journalled.', verbose_name='auditor')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='demo account')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('stand_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='stand-in')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name in Chinese')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('customer_service', 'customer service'), ('business', 'business'), ('technology', 'technology'), ('operations', 'operations'), ('compliance', 'compliance'), ('executive', 'management')], max_length=20, verbose_name='kind')),
                ('mailbox', models.EmailField(blank=True, max_length=254, verbose_name='mailbox')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to=settings.AUTH_USER_MODEL, verbose_name='leader')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='departments.department', verbose_name='parent department')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Deputyship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(default=1, verbose_name='rank')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deputyships', to='departments.department', verbose_name='department')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deputyships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'deputy',
                'verbose_name_plural': 'deputies',
                'ordering': ['rank', 'id'],
            },
        ),
        migrations.AddField(
            model_name='department',
            name='deputies',
            field=models.ManyToManyField(blank=True, related_name='deputises', through='departments.Deputyship', to=settings.AUTH_USER_MODEL, verbose_name='deputies'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(blank=True, null=True, verbose_name='since')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='departments.department', verbose_name='department')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.AddField(
            model_name='department',
            name='members',
            field=models.ManyToManyField(related_name='departments', through='departments.Membership', to=settings.AUTH_USER_MODEL, verbose_name='members'),
        ),
        migrations.AddField(
            model_name='department',
            name='calendar',
            field=models.ForeignKey(blank=True, help_text="Empty: the parent department's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='departments.workcalendar', verbose_name='work calendar'),
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('spans', models.JSONField(blank=True, default=list, validators=[departments.hours.check_spans], verbose_name='hours')),
                ('label', models.CharField(max_length=120, verbose_name='why')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='departments.workcalendar', verbose_name='work calendar')),
            ],
            options={
                'verbose_name': 'calendar day',
                'verbose_name_plural': 'calendar days',
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='one_person_per_username', violation_error_message='Somebody has this user name already.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_person_per_email', violation_error_message='Somebody has this e-mail address already.'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['person', 'starts_at'], name='absence_by_person'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_start', violation_error_message='The absence ends before it starts: correct the dates.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('stand_in__isnull', True), models.Q(('stand_in', models.F('person')), _negated=True), _connector='OR'), name='stand_in_is_another', violation_error_message='Nobody stands in for themselves: choose another.'),
        ),
        migrations.AddConstraint(
            model_name='deputyship',
            constraint=models.UniqueConstraint(fields=('person', 'department'), name='deputy_once'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'department'), name='member_once'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='department_not_its_own_parent', violation_error_message='A department cannot be its own parent.'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.UniqueConstraint(fields=('calendar', 'date'), name='one_override_per_day'),
        ),
    ]
