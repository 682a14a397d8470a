"""A published version and where it comes from."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from avatars.models import AvatarVersion
from avatars.selectors.trail import worn_adapters
from avatars.selectors.versions import provenance, version_with_lineage
from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest


@login_required
@require_safe
def version_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The lineage record of a version, readable."""
    version = get_object_or_404(
        version_with_lineage(AvatarVersion.objects.visible_to(request.user)), pk=pk
    )
    context = {
        "version": version,
        "lineage": provenance(version),
        "signs": bool(settings.C2PA_KEY),
        "adapters": worn_adapters(version.candidate.request),
        "may_review": has_role(request.user, version.brand_id, Role.REVIEWER, Role.MANAGER),
    }
    return render(request, "avatars/version_detail.html", context)
