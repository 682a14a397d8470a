import django.db.models.deletion
from django.db import migrations, models

from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0006_keys_without_an_index'),
        ('audit', '0005_by_actor'),
    ]

    operations = [
        DropKeyIndex(
            model_name='auditevent',
            name='brand',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand', verbose_name='brand'),
        ),
        DropKeyIndex(
            model_name='auditseal',
            name='brand',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='audittext',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='audit.auditevent'),
        ),
    ]
