import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from brandhub.common.key_indexes import DropKeyIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0006_keys_without_an_index'),
        ('moderation', '0008_case_routing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        DropKeyIndex(
            model_name='decision',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='decision',
            name='on_behalf_of',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        DropKeyIndex(
            model_name='decision',
            name='reviewer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL),
        ),
        DropKeyIndex(
            model_name='notice',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='moderation.reviewcase'),
        ),
        DropKeyIndex(
            model_name='picturefingerprint',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='reviewpolicy',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='review_policies', to='accounts.brand'),
        ),
        DropKeyIndex(
            model_name='screeningrun',
            name='brand',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand'),
        ),
    ]
