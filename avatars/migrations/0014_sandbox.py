import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from brandhub.common.one_way import NoWayBackFromSandboxes


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_sandbox'),
        ('avatars', '0013_requests_without_avatar'),
        ('styles', '0009_sandbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bot',
            name='sandbox',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sandbox'),
        ),
        migrations.AddField(
            model_name='generationrequest',
            name='sandbox',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='sandbox'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='avatarversion',
            trigger=pgtrigger.compiler.Trigger(name='sandbox_apart', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF (SELECT sandbox FROM avatars_bot WHERE id = NEW.bot_id)\n                       IS DISTINCT FROM (\n                           SELECT request.sandbox\n                           FROM avatars_candidate candidate\n                           JOIN avatars_generationrequest request\n                             ON request.id = candidate.request_id\n                           WHERE candidate.id = NEW.candidate_id)\n                    THEN\n                        RAISE EXCEPTION 'sandbox and live do not mix: version of bot %', NEW.bot_id\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='00504ca65d4cab42f428cfcfec7a756edeb69658', operation='INSERT', pgid='pgtrigger_sandbox_apart_d6bfe', table='avatars_avatarversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bot',
            trigger=pgtrigger.compiler.Trigger(name='sandbox_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sandbox" IS DISTINCT FROM (NEW."sandbox"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d4e4706e8c13668d80af06b317474e57f7e055fb', operation='UPDATE', pgid='pgtrigger_sandbox_fixed_7220e', table='avatars_bot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='generationrequest',
            trigger=pgtrigger.compiler.Trigger(name='sandbox_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sandbox" IS DISTINCT FROM (NEW."sandbox"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e129f868de41ae5a77d880e32599a7306221aafb', operation='UPDATE', pgid='pgtrigger_sandbox_fixed_32830', table='avatars_generationrequest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='bot',
            constraint=models.UniqueConstraint(fields=('client', 'external_id', 'sandbox'), name='bot_external_id_once_each_side'),
        ),
        migrations.AddConstraint(
            model_name='bot',
            constraint=models.CheckConstraint(condition=models.Q(('sandbox', False), ('client__isnull', False), _connector='OR'), name='bot_in_sandbox_of_client'),
        ),
        migrations.RemoveConstraint(
            model_name='bot',
            name='bot_external_id_once_per_client',
        ),
        NoWayBackFromSandboxes("avatars.Bot", "avatars.GenerationRequest"),
    ]
