"""What tests of rendering do by the way: queue, claim, let leases run out."""

from datetime import timedelta

from django.db.models.functions import Now

from avatars.models import Candidate, GenerationRequest
from avatars.queue import join_turns
from avatars.services.rendering import RenderedFile, claim_batch
from brandhub.jobs.protocol import LeasedQueue
from tests.factories import CandidateFactory, GenerationRequestFactory

FAMILY = "avatar-mini"
FILE = RenderedFile(pixel_sha256="p" * 64, file_sha256="f" * 64, width=64, height=64, file_size=9)


def queued_request(*, count=2, seed=7, priority=1, brand=None, **values):
    request = GenerationRequestFactory(
        status="queued",
        candidate_count=count,
        seed=seed,
        priority=priority,
        **({"brand": brand} if brand else {}),
        **values,
    )
    GenerationRequest.objects.filter(pk=request.pk).update(queued_at=Now())
    CandidateFactory.create_batch(count, request=request, status="queued")
    join_turns(brand_id=request.brand_id, family=FAMILY)
    return request


def lease_of(candidate):
    return LeasedQueue.lease_of(candidate)


def claim(limit=8, holder="worker-1"):
    return claim_batch(family=FAMILY, limit=limit, holder=holder)


def expire(*candidates):
    Candidate.objects.filter(pk__in=[c.pk for c in candidates]).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def statuses(request):
    return list(request.candidates.order_by("index").values_list("status", flat=True))


def make_due():
    Candidate.objects.filter(status="queued").update(available_at=Now())
