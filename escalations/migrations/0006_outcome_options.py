
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('escalations', '0005_replays'),
    ]

    operations = [
        migrations.AlterField(
            model_name='escalation',
            name='outcome',
            field=models.CharField(blank=True, choices=[('options', 'Options chosen'), ('new_date', 'A new date'), ('other_owner', 'Another owner'), ('more_people', 'More people'), ('risk_accepted', 'The risk is accepted'), ('instruction', 'An instruction'), ('no_action', 'No action')], max_length=16),
        ),
    ]
