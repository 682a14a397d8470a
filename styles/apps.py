from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StylesConfig(AppConfig):
    name = "styles"
    label = "styles"
    verbose_name = _("Style library")

    def ready(self) -> None:
        from django.db.models import Q

        from brandhub.accounts.stored_files import register_file_columns
        from brandhub.jobs.holders import register_queue
        from brandhub.jobs.listeners import register_lines
        from brandhub.jobs.sweep import register_sweeper
        from styles.adapters import sweepers
        from styles.adapters.queue import check_queue
        from styles.adapters.training_queue import training_queue
        from styles.adapters.training_states import OVER
        from styles.models import AdapterRevision, AdapterTraining, BrandLogo, ReferenceImage
        from styles.references.suggesting import sweep_lost_suggestion_hints

        register_file_columns(ReferenceImage, "file_sha256")
        register_file_columns(BrandLogo, "file_sha256")
        register_file_columns(
            AdapterRevision, "file_sha256", "canonical_sha256", "preview_sha256", "recipe"
        )
        register_file_columns(AdapterTraining, "pictures", "previews")
        # No worker goes on from the checkpoint of a training that is over.
        register_file_columns(AdapterTraining, "checkpoint_sha256", rows=~Q(status__in=OVER))
        register_queue("adapters", check_queue)
        register_queue("trainings", training_queue)
        register_lines(sweepers.adapter_lines)
        register_sweeper("adapters.expired", sweepers.sweep_expired_checks)
        register_sweeper("adapters.hints", sweepers.sweep_lost_check_hints)
        register_sweeper("trainings.expired", sweepers.sweep_expired_trainings)
        register_sweeper("trainings.hints", sweepers.sweep_lost_training_hints)
        register_sweeper("suggestions.hints", sweep_lost_suggestion_hints)
