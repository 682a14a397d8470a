from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex

_SETTLED = ["approved", "cancelled", "changes_requested", "declined", "failed", "previewed"]


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("avatars", "0010_candidate_files")]

    operations = [
        AddIndex(
            model_name="generationrequest",
            index=models.Index(
                fields=["brand", "status", "settled_at"],
                name="request_outcome",
                condition=models.Q(("status__in", _SETTLED)),
            ),
        ),
        AddIndex(
            model_name="generationrequest",
            index=models.Index(
                fields=["client", "external_id"],
                name="request_by_external_id",
                condition=models.Q(("external_id", ""), _negated=True),
            ),
        ),
    ]
