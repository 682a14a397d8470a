from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('styles', '0009_sandbox'),
    ]

    operations = [
        migrations.AddField(
            model_name='basemodel',
            name='finds_eyes',
            field=models.BooleanField(db_default=False, default=False, verbose_name='finds eyes'),
        ),
    ]
