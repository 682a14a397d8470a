from django.db import migrations, models

from brandhub.common.concurrent_indexes import AddIndex


class Migration(migrations.Migration):

    # Of the largest table there is, which everything writes to.
    atomic = False

    dependencies = [("audit", "0004_kept_texts")]

    operations = [
        AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["brand", "actor_kind", "id"],
                name="audit_by_actor",
                condition=models.Q(("actor_kind", "system"), _negated=True),
            ),
        ),
    ]
