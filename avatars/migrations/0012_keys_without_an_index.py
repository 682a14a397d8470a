import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0006_keys_without_an_index'),
        ('avatars', '0011_requests_by_outcome'),
        ('styles', '0008_keys_without_an_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        DropKeyIndex(
            model_name='alignment',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='attempt',
            name='candidate',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempt_log', to='avatars.candidate'),
        ),
        DropKeyIndex(
            model_name='avatarversion',
            name='bot',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='avatars.bot'),
        ),
        DropKeyIndex(
            model_name='avatarversion',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='avatarversion',
            name='rolled_back_to',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='restored_as', to='avatars.avatarversion'),
        ),
        DropKeyIndex(
            model_name='bot',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bots', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='bot',
            name='client',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bots', to='accounts.apiclient'),
        ),
        DropKeyIndex(
            model_name='candidate',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='candidate',
            name='request',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='avatars.generationrequest'),
        ),
        DropKeyIndex(
            model_name='generationrequest',
            name='base_model',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='styles.basemodel'),
        ),
        DropKeyIndex(
            model_name='generationrequest',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='generationrequest',
            name='client',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='accounts.apiclient'),
        ),
        DropKeyIndex(
            model_name='generationrequest',
            name='continues',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_by', to='avatars.generationrequest'),
        ),
        DropKeyIndex(
            model_name='generationrequest',
            name='revised_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        DropKeyIndex(
            model_name='rendition',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='requestevent',
            name='request',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='avatars.generationrequest'),
        ),
        DropKeyIndex(
            model_name='requestreference',
            name='request',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='references', to='avatars.generationrequest'),
        ),
    ]
