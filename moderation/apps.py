from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    label = "moderation"
    verbose_name = _("Moderation and review")

    def ready(self) -> None:
        from avatars.hooks import register_moderation
        from avatars.models import GenerationRequest
        from brandhub.audit.erasure import register_eraser
        from brandhub.jobs.holders import register_queue
        from brandhub.jobs.listeners import register_lines
        from brandhub.jobs.sweep import register_sweeper
        from moderation import metrics, sweepers  # noqa: F401 - registers what it reads
        from moderation.hooks import Hooks
        from moderation.models import ReviewCase
        from moderation.notice_queue import notice_queue
        from moderation.queue import screening_queue
        from moderation.services.erasing import erase_case_texts, erase_quoted_texts

        register_moderation(Hooks())
        register_queue("screening", screening_queue)
        register_queue("notices", notice_queue)
        register_lines(sweepers.moderation_lines)
        register_eraser(GenerationRequest, erase_quoted_texts)
        register_eraser(ReviewCase, erase_case_texts)
        register_sweeper("screening.expired", sweepers.sweep_expired_screenings)
        register_sweeper("screening.hints", sweepers.sweep_lost_screening_hints)
        register_sweeper("screening.unsettled", sweepers.sweep_unsettled_screenings)
        register_sweeper("review.claims", sweepers.sweep_expired_claims)
        register_sweeper("review.overdue", sweepers.sweep_overdue_cases)
        register_sweeper("notices.expired", sweepers.sweep_expired_notices)
        register_sweeper("notices.hints", sweepers.sweep_due_notices)
