"""The one tree of errors that services raise and that the API and the pages translate.

Four kinds, because four different people act on them: a mistake in the input (the caller mends
it), a conflict with the present state (the caller looks again), a refusal (somebody else must act)
and a platform fault (an operator must act). Each error has a stable ``code``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: ``pointer`` is a JSON pointer into the request's body (RFC 6901)."""

    pointer: str
    code: str
    detail: str


def pointer_part(name: object) -> str:
    """A name as it stands in a JSON pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


class BrandHubError(Exception):
    """Base of everything a service raises on purpose."""

    code: ClassVar[str] = "error"
    title: ClassVar[str | Promise] = _("Error")
    status: ClassVar[int] = 500

    def __init__(
        self, detail: str | Promise = "", *, code: str | None = None, **extra: object
    ) -> None:
        #: In the language of whoever it is raised for.
        self.detail = str(detail or self.title)
        super().__init__(self.detail)
        self.error_code = code or self.code
        self.extra = extra


class InvalidInput(BrandHubError):
    """The caller's mistake; ``errors`` names each wrong field. HTTP 422."""

    code = "invalid_input"
    title = _("The input is not valid")
    status = 422

    def __init__(
        self,
        detail: str | Promise = "",
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        **extra: object,
    ) -> None:
        super().__init__(detail, code=code, **extra)
        self.errors = tuple(errors)


class NotFound(BrandHubError):
    """There is no such thing, or none that the caller may know of. HTTP 404."""

    code = "not_found"
    title = _("Not found")
    status = 404


class Gone(BrandHubError):
    """It was there and was withdrawn on purpose. HTTP 410."""

    code = "gone"
    title = _("Withdrawn")
    status = 410


class Conflict(BrandHubError):
    """The present state forbids it; looking again may help. HTTP 409."""

    code = "conflict"
    title = _("Conflict with the present state")
    status = 409


class InvalidTransition(Conflict):
    """A state machine has no such step from where the object is."""

    code = "invalid_transition"
    title = _("This step is not possible from the present state")


class Refused(BrandHubError):
    """The caller may not do this. HTTP 403."""

    code = "refused"
    title = _("Not permitted")
    status = 403


class PlatformFault(BrandHubError):
    """The platform's own fault, never the caller's. HTTP 503."""

    code = "platform_fault"
    title = _("The platform could not do this now")
    status = 503
