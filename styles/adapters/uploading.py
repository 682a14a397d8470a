"""Taking in adapters: the header is validated here, everything else by a worker."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, InvalidTransition, NotFound
from brandhub.common.pictures import FileTooLarge
from brandhub.common.storage import store
from brandhub.common.validation import refuse_invalid
from brandhub.inference.adapter_files import (
    MAX_BYTES,
    MAX_TRIGGER_WORDS,
    AdapterFacts,
    checked_alpha,
    describe,
    read_header,
)
from brandhub.inference.errors import AdapterRefused
from brandhub.jobs.hints import hint_on_commit
from styles.adapters.families import render_queue_name
from styles.adapters.queue import CHECK_TASK, check_queue
from styles.adapters.states import ADAPTER, AdapterSource, AdapterStatus
from styles.adapters.wordings import reason_sentence
from styles.models.adapters import Adapter, AdapterRevision
from styles.models.base_models import BaseModel


def upload_adapter(
    *, actor: Actor, brand: Brand, slug: str, name: str, file: IO[bytes], size: int, **facts: Any
) -> AdapterRevision:
    """Keep the safetensors file ``file`` (``size`` bytes) as the next revision of an adapter.

    The adapter of that ``slug`` is made where the brand has none. A worker converts and tries it;
    until then nothing can use it. ``facts`` are those of :func:`receive_adapter`. Raises what that
    raises, and ``Conflict`` (``adapter_file_known``).
    """
    revision = receive_adapter(brand=brand, slug=slug, name=name, file=file, size=size, **facts)
    return add_revision(actor=actor, brand=brand, slug=slug, name=name, revision=revision)


def receive_adapter(
    *,
    brand: Brand,
    slug: str,
    name: str,
    base_model: BaseModel,
    file: IO[bytes],
    size: int,
    client: ApiClient | None = None,
    alpha: float | None = None,
    trigger_words: str = "",
    rights_holder: str = "",
    licence: str = "",
) -> AdapterRevision:
    """Store ``file`` and return the revision that it may become, unsaved.

    The half of an upload that takes as long as the file is large, and for which no transaction is
    to wait.
    ``alpha`` is for files that tell none, as PEFT's. Raises ``FileTooLarge`` and ``InvalidInput``
    whose code says what is wrong with the file; nothing is kept then.
    """
    facts = inspect_upload(file, size, alpha=alpha)
    _refuse_without_names(brand, slug, name)
    file.seek(0)
    stored = store().put_stream(brand.public_id, file)
    return AdapterRevision(
        source=AdapterSource.UPLOAD,
        base_model=base_model,
        client=client,
        file_sha256=stored.sha256,
        file_size=stored.size,
        layout=facts.layout,
        rank=facts.rank,
        alpha=alpha if facts.alpha is None else facts.alpha if facts.alpha > 0 else None,
        trigger_words=(trigger_words.strip() or facts.trigger_words)[:MAX_TRIGGER_WORDS],
        trained_on=facts.trained_on,
        rights_holder=rights_holder,
        licence=licence,
    )


def inspect_upload(file: IO[bytes], size: int, *, alpha: float | None = None) -> AdapterFacts:
    """What the header of an uploaded file tells. Reads no more of it than that.

    Raises ``FileTooLarge`` and ``InvalidInput`` with the code of the refusal.
    """
    if size > MAX_BYTES:
        raise FileTooLarge(_("An adapter may have %(limit)d GB.") % {"limit": MAX_BYTES >> 30})
    try:
        if alpha is not None:
            checked_alpha(alpha)
        return describe(read_header(file, size))
    except AdapterRefused as refused:
        pointer = "/alpha" if refused.reason == "alpha_invalid" and alpha is not None else "/file"
        detail = reason_sentence(refused.reason, refused.facts)
        raise InvalidInput(
            detail, code=refused.reason, errors=[FieldError(pointer, refused.reason, detail)]
        ) from refused


@transaction.atomic
def add_revision(
    *, actor: Actor, brand: Brand, slug: str, name: str, revision: AdapterRevision
) -> AdapterRevision:
    """Number an unsaved ``revision`` whose file is stored, and have it checked.

    Raises ``Conflict`` (``adapter_file_known``) for a file that the adapter has already for that
    base model.
    """
    # Under the brand's lock two first uploads of one name make one adapter.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    adapter, created = Adapter.objects.get_or_create(
        brand=brand, slug=slug, defaults={"name": name.strip() or slug}
    )
    known = (
        adapter.revisions.filter(base_model=revision.base_model, file_sha256=revision.file_sha256)
        .exclude(status=AdapterStatus.REFUSED)
        .first()
    )
    if known is not None:
        raise Conflict(
            _("This file is revision %(number)d of the adapter already.")
            % {"number": known.number},
            code="adapter_file_known",
            number=known.number,
        )
    last = adapter.revisions.aggregate(last=Max("number"))["last"] or 0
    revision.brand, revision.adapter, revision.number = brand, adapter, last + 1
    revision.save(force_insert=True)
    record(
        actor=actor,
        action="adapter.added",
        of=revision,
        brand=brand,
        file_sha256=revision.file_sha256,
        source=revision.source,
        base_model=revision.base_model.name,
        adapter_created=created,
    )
    wake_checkers(revision)
    return revision


@transaction.atomic
def deprecate_adapter(*, actor: Actor, revision_id: UUID) -> AdapterRevision:
    """Offer a ready revision to no further style; those that pin it go on.

    Raises ``NotFound`` and ``InvalidTransition``.
    """
    revision = _lock(revision_id)
    ADAPTER.check(revision.status, AdapterStatus.DEPRECATED)
    revision.status = AdapterStatus.DEPRECATED
    revision.deprecated_at = timezone.now()
    revision.save(update_fields=["status", "deprecated_at"])
    record(actor=actor, action="adapter.deprecated", of=revision, brand=revision.brand_id)
    return revision


@transaction.atomic
def recheck_adapter(*, actor: Actor, revision_id: UUID) -> AdapterRevision:
    """Have a revision checked again that the platform could not check.

    Raises ``NotFound`` and ``InvalidTransition``.
    """
    revision = _lock(revision_id)
    if revision.status != AdapterStatus.FAILED:
        # A check that is under way ends by itself; the guard's step back is the worker's.
        raise InvalidTransition(_("Only a check that failed is done again."))
    check_queue().take_away(revision, AdapterStatus.UPLOADED, attempts=0, reason="")
    record(actor=actor, action="adapter.check_again", of=revision, brand=revision.brand_id)
    wake_checkers(revision)
    return revision


def wake_checkers(revision: AdapterRevision) -> None:
    """Hint a worker of the base model's family once the transaction has committed."""
    family = revision.base_model.family
    hint_on_commit(CHECK_TASK, queue=render_queue_name(family), family=family)


def _lock(revision_id: UUID) -> AdapterRevision:
    revision = (
        AdapterRevision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("adapter", "base_model")
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise NotFound(_("There is no such adapter."))
    return revision


def _refuse_without_names(brand: Brand, slug: str, name: str) -> None:
    refuse_invalid(Adapter(brand=brand, slug=slug, name=name.strip() or slug), exclude=["brand"])
