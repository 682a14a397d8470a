import django.db.models.deletion
from django.db import migrations, models

from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0005_styles_write_scope'),
    ]

    operations = [
        DropKeyIndex(
            model_name='idempotencyrecord',
            name='client',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='idempotency_records', to='accounts.apiclient'),
        ),
        DropKeyIndex(
            model_name='membership',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.brand'),
        ),
    ]
