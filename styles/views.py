"""The style library's pages."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.common.keyset import keyset_page
from styles.library import styles_visible_to


@login_required
@require_safe
def style_list(request: SignedInRequest) -> HttpResponse:
    """Every style of the person's brands."""
    page = keyset_page(styles_visible_to(request.user), after=request.GET.get("after", ""))
    managed = set(Brand.objects.with_role(request.user, Role.MANAGER).values_list("pk", flat=True))
    return render(request, "styles/style_list.html", {"page": page, "managed": managed})


@login_required
@require_safe
def style_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One style: palette, what it sets, its revisions."""
    style = get_object_or_404(styles_visible_to(request.user), pk=pk)
    revisions = sorted(style.revisions.all(), key=lambda revision: -revision.number)
    published = [revision for revision in revisions if revision.status == "published"]
    context = {
        "style": style,
        "revisions": revisions,
        "current": published[0] if published else None,
        "can_manage": has_role(request.user, style.brand, Role.MANAGER),
    }
    return render(request, "styles/style_detail.html", context)
