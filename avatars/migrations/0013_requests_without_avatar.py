from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("avatars", "0012_keys_without_an_index")]

    operations = [
        AddIndexConcurrently(
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
