"""What a judge says of pictures: kept with them, ranked by, and never in their way."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from avatars.models import Alignment, Candidate
from avatars.renderer import render_once
from avatars.selectors.ranking import ranked_candidates
from avatars.services.rendering import complete_candidate, fail_candidate
from brandhub.inference.judging import FEATURES, Judgement, TagScore, unpacked_features
from brandhub.jobs.protocol import LeaseLost
from tests.avatars.generators import PlainGenerator
from tests.avatars.steps import FAMILY, FILE, claim, expire, lease_of, queued_request
from tests.factories import CandidateFactory, GenerationRequestFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("moderation"),
]


def judgement(score: float = 0.5) -> Judgement:
    features = (1.0,) + (0.0,) * (FEATURES - 1)
    tag = TagScore("subject:robot", absent=False, score=score, chance=0.25)
    return Judgement(judge="j1", features=features, tags=(tag,), unknown=("style:realistic",))


@dataclass
class RecordedJudge:
    """Says 0.5 of everything, or fails, and keeps what it was asked."""

    name: str = "j1"
    fails: bool = False
    asked: list[list[tuple[Any, Any]]] = field(default_factory=list)

    def judge(self, pictures, asked):
        assert len(pictures) == len(asked)
        self.asked.append(list(asked))
        if self.fails:
            raise RuntimeError("a prompt")
        return [judgement() for _ in pictures]


def render(judge, generator=None):
    return render_once(family=FAMILY, generator=generator or PlainGenerator(), judge=judge)


def test_a_batch_is_judged_in_one_pass_and_what_is_said_kept_with_each_picture():
    # given
    tags = {"subject": "robot", "eyewear": "glasses"}
    request = queued_request(count=2, tags=tags, absent_tags=["headwear"])
    judge = RecordedJudge()
    # when
    assert render(judge) == 2
    # then
    assert judge.asked == [[(tags, ["headwear"])] * 2]
    rows = Alignment.objects.order_by("candidate__index")
    assert [row.candidate.index for row in rows] == [0, 1]
    row = rows[0]
    assert (row.brand, row.judge, row.score) == (request.brand, "j1", 0.5)
    assert row.tags == [{"tag": "subject:robot", "absent": False, "score": 0.5, "chance": 0.25}]
    assert row.unknown == ["style:realistic"]
    assert unpacked_features(row.features) == [1.0] + [0.0] * (FEATURES - 1)


@pytest.mark.parametrize("judge", [None, RecordedJudge(fails=True)])
def test_a_picture_is_not_lost_for_want_of_an_opinion(judge, caplog):
    request = queued_request(count=2)
    render(judge)
    assert set(request.candidates.values_list("status", flat=True)) == {"rendered"}
    assert not Alignment.objects.exists()
    assert "a prompt" not in caplog.text


def test_a_picture_that_did_not_come_out_is_not_judged():
    queued_request(count=2, seed=7)
    judge = RecordedJudge()
    render(judge, PlainGenerator(faults={8: "nan_output"}))
    assert [len(each) for each in judge.asked] == [1]
    assert Alignment.objects.get().candidate.index == 0


def test_who_has_lost_the_lease_keeps_nothing():
    request = queued_request(count=1)
    [candidate] = claim()
    lease = lease_of(candidate)
    expire(candidate)
    Candidate.objects.update(lease_token=lease.token + 1)
    with pytest.raises(LeaseLost):
        complete_candidate(
            request_id=request.pk, lease=lease, file=FILE, environment={}, judgement=judgement()
        )
    assert not Alignment.objects.exists()


def test_of_a_picture_drawn_again_nothing_old_is_said():
    # given: a candidate that failed after something was said of an earlier picture
    request = queued_request(count=1)
    [candidate] = claim()
    fail_candidate(request_id=request.pk, lease=lease_of(candidate), error="x")
    Alignment.objects.create(
        brand=request.brand, candidate=candidate, judge="old", score=0.1, features=b""
    )
    Candidate.objects.update(available_at=candidate.created_at)
    # when: it is drawn where no judge is
    [again] = claim()
    complete_candidate(request_id=request.pk, lease=lease_of(again), file=FILE, environment={})
    # then
    assert not Alignment.objects.exists()


def test_rank_is_by_agreement_within_the_request_and_what_is_blocked_comes_last():
    # given
    for scores in ((0.2, 0.9, 0.5, None), (0.1,)):
        request = GenerationRequestFactory(status="in_review", candidate_count=len(scores))
        for index, score in enumerate(scores):
            candidate = CandidateFactory(
                request=request, index=index, verdict="block" if score == 0.9 else "pass"
            )
            if score is not None:
                Alignment.objects.create(
                    brand=request.brand, candidate=candidate, judge="j", score=score, features=b""
                )
    # then
    ranks = {(each.request_id, each.index): each.rank for each in ranked_candidates()}
    assert sorted((index, rank) for (_, index), rank in ranks.items()) == sorted(
        [(0, 2), (1, 3), (2, 1), (3, None), (0, 1)], key=lambda pair: (pair[0], pair[1] or 0)
    )
