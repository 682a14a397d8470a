from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("avatars", "0008_alignments")]

    operations = [
        migrations.RemoveConstraint(model_name="bot", name="bot_external_id_once_per_client"),
        migrations.AddConstraint(
            model_name="bot",
            constraint=models.UniqueConstraint(
                fields=["client", "external_id"], name="bot_external_id_once_per_client"
            ),
        ),
        migrations.AddConstraint(
            model_name="bot",
            constraint=models.UniqueConstraint(
                condition=models.Q(client__isnull=True),
                fields=["brand", "external_id"],
                name="bot_external_id_once_without_client",
            ),
        ),
    ]
