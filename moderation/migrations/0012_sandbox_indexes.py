from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex, RemoveIndex


class Migration(migrations.Migration):

    # The new indexes are built beside the old ones, while requests come in.
    atomic = False

    dependencies = [
        ('moderation', '0011_sandbox'),
    ]

    operations = [
        AddIndex(
            model_name='screeningrun',
            index=models.Index(condition=models.Q(('status', 'queued')), fields=['sandbox', 'available_at'], name='screening_waiting'),
        ),
        RemoveIndex(
            model_name='screeningrun',
            name='screening_due',
        ),
    ]
