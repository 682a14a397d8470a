from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    # The new indexes are built beside the old ones, while requests come in.
    atomic = False

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
        AddIndexConcurrently(
            model_name='screeningrun',
            index=models.Index(condition=models.Q(('status', 'queued')), fields=['sandbox', 'available_at'], name='screening_waiting'),
        ),
        RemoveIndexConcurrently(
            model_name='screeningrun',
            name='screening_due',
        ),
    ]
