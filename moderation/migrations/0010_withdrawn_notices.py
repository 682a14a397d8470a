from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0009_keys_without_an_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="status",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sending", "Sending"),
                    ("sent", "Sent"),
                    ("withdrawn", "Withdrawn"),
                    ("failed", "Failed"),
                ],
                default="queued",
                editable=False,
                max_length=12,
            ),
        ),
    ]
