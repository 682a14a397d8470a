"""The pages of policies. Who reviews may read them; managers of the brand write them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.error_pages import conflicts_as_messages
from brandhub.common.errors import Conflict, InvalidInput, NotFound
from brandhub.common.sentences import sentence_for
from moderation.forms import DelegateForm
from moderation.models import ReviewPolicy
from moderation.permissions import REVIEWERS
from moderation.policies.catalogue import CATALOGUE
from moderation.policies.differences import changes_between
from moderation.policies.eligibility import shortage_of
from moderation.policies.forms import PolicyForm, with_another_stage
from moderation.policies.replay import page_of, replay
from moderation.policies.rules import PolicyRules
from moderation.policies.wordings import check_in_words, rule_in_words, stage_in_words
from moderation.selectors.delegations import colleagues_of, delegation_of
from moderation.selectors.policies import policies_of
from moderation.services.policies import (
    change_policy,
    discard_policy,
    draft_policy,
    first_policy,
    publish_policy,
    shortage_in_words,
)
from moderation.services.routing import delegate_duty, end_delegation
from moderation.states import CaseKind, PolicyStatus


@login_required
@require_safe
def policy_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A brand's policy in force, its draft and the versions before; ``pk`` is the brand's."""
    return _policies(request, _reviewed_brand(request, pk), None)


def _policies(request: SignedInRequest, brand: Brand, form: DelegateForm | None) -> HttpResponse:
    policies = list(policies_of(brand.pk))
    current = next(
        (each for each in policies if each.status == PolicyStatus.CURRENT), first_policy(brand.pk)
    )
    context = {
        "brand": brand,
        "policy": current,
        "policies": policies,
        "draft": next((each for each in policies if each.status == PolicyStatus.DRAFT), None),
        "can_manage": has_role(request.user, brand, Role.MANAGER),
        "duty": delegation_of(request.user, brand.pk),
        "duty_form": form or DelegateForm(people=colleagues_of(request.user, brand)),
        **_said_by(current.rules),
        **_shortage(brand, current.rules),
    }
    return render(
        request, "moderation/policies/list.html", context, status=422 if form is not None else 200
    )


@login_required
@require_POST
def duty_delegate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Hand one's duty to a colleague for a time; ``pk`` is the brand's."""
    brand = _reviewed_brand(request, pk)
    form = DelegateForm(request.POST, people=colleagues_of(request.user, brand))
    if form.is_valid():
        with form.refusals() as told:
            delegate_duty(
                actor=Actor.person(request.user),
                user=request.user,
                brand_id=brand.pk,
                **form.values(),
            )
        if told.done:
            messages.success(request, _("Your colleague does your duty until then."))
            return redirect("pages:policy-list", pk=brand.pk)
    return _policies(request, brand, form)


@login_required
@require_POST
def duty_end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take one's duty back; ``pk`` is the brand's."""
    brand = _reviewed_brand(request, pk)
    duty = delegation_of(request.user, brand.pk)
    if duty is not None:
        end_delegation(actor=Actor.person(request.user), user=request.user, delegation_id=duty.pk)
    messages.success(request, _("Your duty is yours again."))
    return redirect("pages:policy-list", pk=brand.pk)


@login_required
@require_safe
def policy_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One version, and what it changed since another one; since the one before, if unsaid."""
    policy = _reviewed(request, pk)
    others = [each for each in policies_of(policy.brand_id) if each.pk != policy.pk]
    others.sort(key=lambda each: -each.number)
    older = _chosen(others, policy, request.GET.get("since", ""))
    context = {
        "brand": policy.brand,
        "policy": policy,
        "others": others,
        "older": older,
        "changes": changes_between(older.rules, policy.rules) if older else [],
        "has_draft": any(each.status == PolicyStatus.DRAFT for each in [policy, *others]),
        "can_manage": has_role(request.user, policy.brand, Role.MANAGER),
        **_said_by(policy.rules),
        **_shortage(policy.brand, policy.rules),
    }
    return render(request, "moderation/policies/detail.html", context)


@login_required
@require_POST
def policy_draft(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go on with a brand's draft, or start one of what ``source`` says; ``pk`` is the brand's."""
    brand = _reviewed_brand(request, pk)
    _require_manager(request, brand)
    draft = ReviewPolicy.objects.filter(brand=brand, status=PolicyStatus.DRAFT).first()
    if draft is None:
        source = None
        if wanted := request.POST.get("source"):
            source = next((each for each in policies_of(brand.pk) if str(each.pk) == wanted), None)
        with conflicts_as_messages(request):
            draft = draft_policy(
                actor=Actor.person(request.user),
                brand_id=brand.pk,
                source_id=source.pk if source else None,
            )
    if draft is None:
        return redirect("pages:policy-list", pk=brand.pk)
    return redirect("pages:policy-edit", pk=draft.pk)


@login_required
@require_http_methods(["GET", "POST"])
def policy_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Write a draft; its buttons save it, publish it, or give it another stage."""
    draft = _managed(request, pk)
    if draft.status != PolicyStatus.DRAFT:
        messages.warning(request, _("A published policy does not change. Draft a new one."))
        return redirect("pages:policy-detail", pk=draft.pk)
    data = request.POST if request.method == "POST" else None
    adds_stage = data is not None and "add_stage" in data
    form = PolicyForm(
        with_another_stage(data) if adds_stage else data, rules=draft.rules, note=draft.note
    )
    if data is not None and not adds_stage and form.is_valid():
        publish = "publish" in data
        if _save(request, form, draft, publish=publish):
            page, key = ("policy-list", draft.brand_id) if publish else ("policy-edit", draft.pk)
            return redirect(f"pages:{page}", pk=key)
    context = {
        "brand": draft.brand,
        "policy": draft,
        "form": form,
        "adds_stage": adds_stage,
        **_shortage(draft.brand, draft.rules),
    }
    return render(request, "moderation/policies/edit.html", context)


def _save(
    request: SignedInRequest, form: PolicyForm, draft: ReviewPolicy, *, publish: bool
) -> bool:
    """Write the valid form, and publish if that was asked; what is refused goes on the form."""
    actor = Actor.person(request.user)
    try:
        with transaction.atomic():
            change_policy(actor=actor, policy_id=draft.pk, **form.values())
            if publish:
                publish_policy(actor=actor, user=request.user, policy_id=draft.pk)
    except InvalidInput as mistake:
        form.add_field_errors(mistake.errors)
        return False
    except Conflict as conflict:
        lacking = conflict.error_code == "too_few_reviewers"
        form.settings.add_error(None, conflict.detail if lacking else sentence_for(conflict))
        return False
    if publish:
        messages.success(request, _("The policy is in force. Open cases keep the one they had."))
    else:
        messages.success(request, _("The draft is saved."))
    return True


@login_required
@require_safe
def policy_replay(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What a version, draft or old, would have made of the brand's latest requests."""
    policy = _managed(request, pk)
    replayed = replay(policy.rules, policy.brand_id)
    context = {
        "brand": policy.brand,
        "policy": policy,
        "replay": replayed,
        "page": page_of(replayed.changed, after=request.GET.get("after", "")),
    }
    return render(request, "moderation/policies/replay.html", context)


@login_required
@require_POST
def policy_discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    draft = _managed(request, pk)
    with conflicts_as_messages(request):
        discard_policy(actor=Actor.person(request.user), policy_id=draft.pk)
        messages.success(request, _("The draft is gone."))
    return redirect("pages:policy-list", pk=draft.brand_id)


def _said_by(rules: PolicyRules) -> dict[str, Any]:
    """What a policy says, line by line."""
    lines = [
        (check, check_in_words(check.name), rule_in_words(check.name, rules.rule_for(check.name)))
        for check in CATALOGUE
    ]
    return {
        "prompt_lines": [line for line in lines if line[0].subject == CaseKind.PROMPT],
        "image_lines": [line for line in lines if line[0].subject == CaseKind.IMAGE],
        "stage_lines": [stage_in_words(stage) for stage in rules.stages],
        "auto_approve": rules.auto_approve,
    }


def _shortage(brand: Brand, rules: PolicyRules) -> dict[str, str]:
    """A sentence about the people whom the brand lacks for these rules; empty if it has them."""
    shortage = shortage_of(brand, rules)
    return {"shortage": shortage_in_words(shortage) if shortage else ""}


def _chosen(others: list[ReviewPolicy], policy: ReviewPolicy, since: str) -> ReviewPolicy | None:
    """The version that ``since`` names. Raises ``NotFound`` for one that the brand lacks."""
    if not since:
        return next((each for each in others if each.number < policy.number), None)
    found = next((each for each in others if str(each.number) == since), None)
    if found is None:
        raise NotFound(_("There is no such policy."))
    return found


def _reviewed_brand(request: SignedInRequest, pk: UUID) -> Brand:
    """A brand in which the person reviews. Absent for strangers, refused to other members."""
    brand = get_object_or_404(Brand.objects.visible_to(request.user), pk=pk)
    if not has_role(request.user, brand, *REVIEWERS):
        raise PermissionDenied
    return brand


def _reviewed(request: SignedInRequest, pk: UUID) -> ReviewPolicy:
    """A policy that the person may read. Absent for strangers, refused to other members."""
    policies = ReviewPolicy.objects.visible_to(request.user).select_related("brand", "published_by")
    policy = get_object_or_404(policies, pk=pk)
    if not has_role(request.user, policy.brand, *REVIEWERS):
        raise PermissionDenied
    return policy


def _managed(request: SignedInRequest, pk: UUID) -> ReviewPolicy:
    """A policy that the person may write. Absent for strangers, refused to other members."""
    policy = _reviewed(request, pk)
    _require_manager(request, policy.brand)
    return policy


def _require_manager(request: SignedInRequest, brand: Brand) -> None:
    if not has_role(request.user, brand, Role.MANAGER):
        raise PermissionDenied
