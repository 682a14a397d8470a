from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex, RemoveIndex


class Migration(migrations.Migration):

    # The new indexes are built beside the old ones, while requests come in.
    atomic = False

    dependencies = [
        ('avatars', '0014_sandbox'),
    ]

    operations = [
        AddIndex(
            model_name='bot',
            index=models.Index(fields=['brand', 'sandbox', '-id'], name='bot_of_brand'),
        ),
        AddIndex(
            model_name='generationrequest',
            index=models.Index(fields=['brand', 'sandbox', '-id'], name='request_of_brand'),
        ),
        AddIndex(
            model_name='generationrequest',
            index=models.Index(fields=['client', 'sandbox', '-id'], name='request_of_client'),
        ),
        RemoveIndex(
            model_name='bot',
            name='bot_by_brand',
        ),
        RemoveIndex(
            model_name='generationrequest',
            name='request_by_brand',
        ),
        RemoveIndex(
            model_name='generationrequest',
            name='request_by_client',
        ),
    ]
