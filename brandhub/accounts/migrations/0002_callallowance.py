from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CallAllowance",
            fields=[
                ("caller_id", models.UUIDField(primary_key=True, serialize=False)),
                ("spent_until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "call allowance",
                "verbose_name_plural": "call allowances",
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_callallowance SET UNLOGGED",
            "ALTER TABLE accounts_callallowance SET LOGGED",
        ),
    ]
