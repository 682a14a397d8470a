from django.db import migrations, models

from brandhub.common.one_way import NoWayBackFromSandboxes


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_sandbox'),
        ('avatars', '0014_sandbox'),
        ('moderation', '0010_withdrawn_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='screeningrun',
            name='sandbox',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        NoWayBackFromSandboxes("moderation.ScreeningRun"),
    ]
