"""What managers enter about a policy: a row per check, a row per stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Role
from brandhub.common.errors import FieldError
from brandhub.common.forms import PageForm
from brandhub.common.sentences import sentence_for_field
from moderation.policies.catalogue import CATALOGUE, Bounds, KnownCheck
from moderation.policies.rules import CLAIM_MINUTES, CheckRule, PolicyRules, Stage
from moderation.policies.wordings import THRESHOLDS, check_in_words
from moderation.services.policies import (
    MAX_AGE_HOURS,
    MAX_APPROVALS,
    MAX_CLAIM_MINUTES,
    MAX_NOTE,
    MAX_STAGE_NAME,
    MAX_STAGES,
)
from moderation.states import CaseKind, CheckMode


class CheckForm(PageForm):
    """One check: its mode, and its thresholds if it has any; left empty they are its own."""

    mode = forms.ChoiceField(label=_("What it does"))

    def __init__(self, check: KnownCheck, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix=check.name, **kwargs)
        self.check = check
        self.label = check_in_words(check.name)
        modes = [(mode.value, mode.label) for mode in check.modes]
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]
        if check.threshold is not None:
            self.fields["threshold"] = _number(THRESHOLDS[check.name], check.threshold)
        if check.block_threshold is not None:
            self.fields["block_threshold"] = _number(
                _("Blocks from here on, where it grades"), check.block_threshold
            )

    def rule(self) -> CheckRule:
        """The cleaned row; a threshold that is the check's own is none of the policy's."""
        values = self.cleaned_data
        return CheckRule(
            CheckMode(values["mode"]),
            _unless_default(values.get("threshold"), self.check.threshold),
            _unless_default(values.get("block_threshold"), self.check.block_threshold),
        )


def _number(label: Any, bounds: Bounds) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=bounds.low,
        max_value=bounds.high,
        widget=forms.NumberInput(
            attrs={"step": "any", "placeholder": f"{bounds.default:g}", "class": "input-short"}
        ),
    )


def _unless_default(value: float | None, bounds: Bounds | None) -> float | None:
    return None if bounds is None or value == bounds.default else value


class StageForm(PageForm):
    """One stage."""

    name = forms.CharField(label=_("Name"), required=False, max_length=MAX_STAGE_NAME)
    role = forms.ChoiceField(
        label=_("Who decides"),
        choices=[
            (Role.REVIEWER.value, _("All who review")),
            (Role.MANAGER.value, _("Managers")),
        ],
    )
    approvals = forms.IntegerField(
        label=_("Approvals by different people"), min_value=1, max_value=MAX_APPROVALS, initial=1
    )
    claim_minutes = forms.IntegerField(
        label=_("A claim lasts (minutes)"),
        min_value=1,
        max_value=MAX_CLAIM_MINUTES,
        initial=CLAIM_MINUTES,
    )
    age_limit_hours = forms.IntegerField(
        label=_("Overdue after (hours)"), required=False, min_value=1, max_value=MAX_AGE_HOURS
    )

    def stage(self) -> Stage:
        """The cleaned row."""
        values = self.cleaned_data
        return Stage(
            values["name"].strip(),
            Role(values["role"]),
            values["approvals"],
            values["claim_minutes"],
            values["age_limit_hours"],
        )


StageForms = forms.formset_factory(
    StageForm,
    extra=0,
    min_num=1,
    max_num=MAX_STAGES,
    validate_max=True,
    absolute_max=MAX_STAGES,
    can_delete=True,
)


class SettingsForm(PageForm):
    """What is neither a check's nor a stage's."""

    auto_approve = forms.BooleanField(
        label=_("Approve clean pictures at once"),
        required=False,
        help_text=_(
            "Only where every check of requirement and picture says pass. The decision is recorded "
            "as the policy's."
        ),
    )
    note = forms.CharField(
        label=_("What is this version for?"), required=False, max_length=MAX_NOTE
    )


class PolicyForm:
    """A whole draft: a form per check, the stages, the settings."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, rules: PolicyRules, note: str = ""
    ) -> None:
        self.is_bound = data is not None
        self.checks = [CheckForm(each, data, initial=_of_check(rules, each)) for each in CATALOGUE]
        initial = [_of_stage(stage) for stage in rules.stages]
        self.stages = StageForms(data, initial=initial, prefix="stages")
        self.settings = SettingsForm(
            data, initial={"auto_approve": rules.auto_approve, "note": note}
        )

    @property
    def prompt_checks(self) -> list[CheckForm]:
        return [form for form in self.checks if form.check.subject == CaseKind.PROMPT]

    @property
    def image_checks(self) -> list[CheckForm]:
        return [form for form in self.checks if form.check.subject == CaseKind.IMAGE]

    def is_valid(self) -> bool:
        """Whether every part is; all are looked at, so that all say what is wrong."""
        answers = [form.is_valid() for form in (*self.checks, self.settings)]
        return all([self.stages.is_valid(), *answers])

    @property
    def has_errors(self) -> bool:
        return self.is_bound and not self.is_valid()

    def values(self) -> dict[str, Any]:
        """The cleaned parts as the service takes them."""
        return {
            "checks": {form.check.name: form.rule() for form in self.checks},
            "stages": tuple(form.stage() for form in self._kept_stages()),
            **self.settings.cleaned_data,
        }

    def _kept_stages(self) -> list[StageForm]:
        """The rows that were not ticked off."""
        return [form for form in self.stages if form not in self.stages.deleted_forms]

    def add_field_errors(self, errors: Iterable[FieldError]) -> None:
        """Put what the service refuses beside its row, or above all rows."""
        rows = {form.check.name: form for form in self.checks}
        for error in errors:
            _empty, *steps = error.pointer.split("/")
            form: PageForm = self.settings
            field = ""
            if len(steps) == 3 and steps[0] == "checks" and steps[1] in rows:
                form, field = rows[steps[1]], steps[2]
            elif len(steps) == 3 and steps[0] == "stages":
                form, field = self._kept_stages()[int(steps[1])], steps[2]
            form.add_error(field if field in form.fields else None, sentence_for_field(error))


def with_another_stage(data: Any) -> Any:
    """The posted form with an empty stage at its end; as it is where it does not say how many it
    has.
    """
    said = data.get("stages-TOTAL_FORMS", "")
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(MAX_STAGES))):
        return data
    data, total = data.copy(), int(said)
    if total < MAX_STAGES:
        data["stages-TOTAL_FORMS"] = total + 1
        for name, field in StageForm.base_fields.items():
            initial = field.initial if name != "role" else Role.REVIEWER.value
            data.setdefault(f"stages-{total}-{name}", initial if initial is not None else "")
    return data


def _of_check(rules: PolicyRules, check: KnownCheck) -> dict[str, Any]:
    rule = rules.rule_for(check.name)
    return {
        "mode": rule.mode,
        "threshold": rule.threshold,
        "block_threshold": rule.block_threshold,
    }


def _of_stage(stage: Stage) -> dict[str, Any]:
    return {
        "name": stage.name,
        "role": stage.role,
        "approvals": stage.approvals,
        "claim_minutes": stage.claim_minutes,
        "age_limit_hours": stage.age_limit_hours,
    }
