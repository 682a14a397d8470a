from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AvatarsConfig(AppConfig):
    name = "avatars"
    label = "avatars"
    verbose_name = _("Avatars")

    def ready(self) -> None:
        from avatars import (  # noqa: F401 - connects Celery's signal, registers what it reads
            metrics,
            preloading,
            sweepers,
        )
        from avatars.models import AvatarVersion, Candidate, GenerationRequest, Rendition
        from avatars.queue import render_queue
        from avatars.services.erasing import erase_request_texts, erase_version_texts
        from brandhub.accounts.stored_files import register_file_columns
        from brandhub.audit.erasure import register_eraser
        from brandhub.jobs.holders import register_queue
        from brandhub.jobs.listeners import register_lines
        from brandhub.jobs.sweep import register_sweeper

        register_file_columns(Candidate, "file_sha256")
        register_file_columns(Rendition, "file_sha256")
        register_file_columns(AvatarVersion, "file_sha256")
        register_file_columns(GenerationRequest, "badge", "adapters")
        register_queue("render", render_queue)
        register_lines(sweepers.render_lines)
        register_eraser(GenerationRequest, erase_request_texts)
        register_eraser(AvatarVersion, erase_version_texts)
        register_sweeper("render.expired", sweepers.sweep_expired_renders)
        register_sweeper("render.hints", sweepers.sweep_lost_render_hints)
        register_sweeper("render.unsettled", sweepers.sweep_unsettled_requests)
