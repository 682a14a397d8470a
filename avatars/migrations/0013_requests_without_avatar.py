from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("avatars", "0012_keys_without_an_index")]

    operations = [
        AddIndex(
            model_name="generationrequest",
            index=models.Index(
                fields=["client", "status", "-id"],
                name="request_without_avatar",
                condition=models.Q(
                    ("status__in", ["cancelled", "changes_requested", "declined", "failed"])
                ),
            ),
        ),
    ]
