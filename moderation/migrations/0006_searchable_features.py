import pgvector.django.halfvec
import pgvector.django.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_adapter_scope'),
        ('avatars', '0008_alignments'),
        ('moderation', '0005_free_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='picturefingerprint',
            name='features',
            field=pgvector.django.halfvec.HalfVectorField(dimensions=256, null=True),
        ),
        migrations.AddField(
            model_name='picturefingerprint',
            name='is_out',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='picturefingerprint',
            name='judge',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.RunSQL(
            "UPDATE moderation_picturefingerprint SET is_out = true WHERE candidate_id IN"
            " (SELECT candidate_id FROM avatars_avatarversion WHERE status <> 'taken_down')",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='picturefingerprint',
            index=pgvector.django.indexes.HnswIndex(condition=models.Q(('is_out', True)), fields=['pdq'], name='fingerprint_by_hash', opclasses=['bit_hamming_ops']),
        ),
        migrations.AddIndex(
            model_name='picturefingerprint',
            index=pgvector.django.indexes.HnswIndex(condition=models.Q(('features__isnull', False), ('is_out', True)), fields=['features'], name='fingerprint_by_features', opclasses=['halfvec_ip_ops']),
        ),
    ]
