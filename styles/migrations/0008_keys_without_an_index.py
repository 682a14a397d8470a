import django.db.models.deletion
from django.db import migrations, models

from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0006_keys_without_an_index'),
        ('styles', '0007_caption_suggestions'),
    ]

    operations = [
        DropKeyIndex(
            model_name='adapter',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='adapters', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='adapterrevision',
            name='adapter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='styles.adapter'),
        ),
        DropKeyIndex(
            model_name='palettecolour',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='palette', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='pinnedadapter',
            name='revision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pinned_adapters', to='styles.stylerevision'),
        ),
        DropKeyIndex(
            model_name='pinnedreference',
            name='revision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pinned_references', to='styles.stylerevision'),
        ),
        DropKeyIndex(
            model_name='style',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='styles', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='stylerevision',
            name='style',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='styles.style'),
        ),
    ]
