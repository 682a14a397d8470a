"""Several cases on one page, decided with one word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.record import Actor
from brandhub.common.sentences import sentence_for
from moderation.casework import case_rows
from moderation.forms import PICTURE, comment_field, reasons_field, shown_picture
from moderation.selectors.cases import review_queue_for
from moderation.services.bulk import MOST_TOGETHER, Outcome, decide_together
from moderation.states import DecisionAction
from moderation.views.queue import require_a_reviewer


class TogetherForm(forms.Form):
    """One word for several cases: what each action needs, and a picture per case to approve."""

    action = forms.ChoiceField(choices=DecisionAction.choices)
    reason_codes = reasons_field(required=False)
    comment = comment_field()

    def __init__(self, data: Any, *, cases: list[UUID]) -> None:
        super().__init__(data)
        self.cases = cases
        for case in cases:
            self.fields[f"picture-{case}"] = forms.RegexField(PICTURE, required=False)

    def shown(self) -> dict[UUID, tuple[UUID, str]]:
        """The marked picture of each case and its pixels, as they were shown. Valid forms only."""
        marked = {case: self.cleaned_data.get(f"picture-{case}") for case in self.cases}
        found = {}
        for case, value in marked.items():
            candidate, pixels = shown_picture(value or "")
            if candidate is not None:
                found[case] = (candidate, pixels)
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        action = values.get("action")
        if action == DecisionAction.APPROVE and not self.shown():
            self.add_error(None, gettext_lazy("Mark a picture of each case that you approve."))
        if action == DecisionAction.REJECT and not values.get("reason_codes"):
            self.add_error("reason_codes", gettext_lazy("Choose at least one reason."))
        if action == DecisionAction.REQUEST_CHANGES and not values.get("comment", "").strip():
            self.add_error("comment", gettext_lazy("Say what should change."))
        return values


@login_required
@require_http_methods(["GET", "POST"])
def review_together(request: SignedInRequest) -> HttpResponse:
    """The chosen cases of the queue; what could not be decided stays there with its reason."""
    require_a_reviewer(request)
    sent = request.POST if request.method == "POST" else None
    keys = _open_keys(request, (sent or request.GET).getlist("case"))
    form = TogetherForm(sent, cases=keys)
    refused: dict[UUID, str] = {}
    status = 200
    if sent is not None and form.is_valid():
        outcomes = _decide(request, form)
        refused = {each.case_id: sentence_for(each.error) for each in outcomes if each.error}
        done = len(outcomes) - len(refused)
        if done:
            said = ngettext("%(count)d case is decided.", "%(count)d cases are decided.", done)
            messages.success(request, said % {"count": done})
        if not refused:
            return redirect("pages:review-queue")
        keys, status = [key for key in keys if key in refused], 409
    elif sent is not None:
        status = 422
    chosen = [
        {
            "case": case,
            "outcome": refused.get(case.pk, ""),
            "picture": form.data.get(f"picture-{case.pk}", ""),
        }
        for case in case_rows(keys)
    ]
    context = {"form": form, "chosen": chosen}
    return render(request, "moderation/review_together.html", context, status=status)


def _open_keys(request: SignedInRequest, named: list[str]) -> list[UUID]:
    """The named cases that wait in the person's brands, at most as many as fit a page."""
    keys = []
    for name in named[:MOST_TOGETHER]:
        try:
            keys.append(UUID(name))
        except ValueError:
            continue
    return list(review_queue_for(request.user).filter(pk__in=keys).values_list("pk", flat=True))


def _decide(request: SignedInRequest, form: TogetherForm) -> list[Outcome]:
    values = form.cleaned_data
    action = DecisionAction(values["action"])
    shown = form.shown()
    given: dict[str, Any] = {"comment": values["comment"]}
    if action != DecisionAction.APPROVE:
        given["reason_codes"] = values["reason_codes"]
    return decide_together(
        actor=Actor.person(request.user),
        user=request.user,
        action=action,
        # What has no picture marked is left for another time.
        cases=list(shown) if action == DecisionAction.APPROVE else form.cases,
        values=given,
        shown=shown,
    )
