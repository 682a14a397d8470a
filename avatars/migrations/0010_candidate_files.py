from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('avatars', '0009_bots_without_a_platform'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='candidate',
            index=models.Index(fields=['brand', 'file_sha256'], name='candidate_by_file'),
        ),
    ]
