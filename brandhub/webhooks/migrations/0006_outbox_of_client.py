import django.db.models.deletion
from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex
from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    # The new index is built beside the old one, while requests come in.
    atomic = False

    dependencies = [
        ('accounts', '0006_keys_without_an_index'),
        ('webhooks', '0005_sandbox'),
    ]

    operations = [
        AddIndex(
            model_name='outboxevent',
            index=models.Index(fields=['client', 'sandbox', '-id'], name='outbox_of_client'),
        ),
        DropKeyIndex(
            model_name='outboxevent',
            name='client',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apiclient'),
        ),
    ]
