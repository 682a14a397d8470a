"""The history checker: reads everything that was promised and everything that is, and compares.

Runs after the faults are over and the work has drained. A violation is a sentence; none is the
only pass.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from PIL import Image
from psycopg.rows import dict_row

from brandhub.common.pixels import pixel_sha256
from tests.chaos.load import Journal, Receiver

#: What PostgreSQL says of a row that breaks a rule.
_HIT = re.compile(r'violates \w[\w -]* constraint "(\w+)"')


@dataclass
class History:
    """What the run left behind."""

    dsn: str
    storage: Path
    journal: Journal
    receiver: Receiver
    #: How many faults there were: each may leave one unfinished file.
    faults: int
    #: PostgreSQL's own log.
    server_log: Path

    def violations(self) -> list[str]:
        """Everything that breaks a promise, as sentences."""
        with psycopg.connect(self.dsn, row_factory=dict_row) as self._connection:
            checks = (
                self._nothing_accepted_is_lost,
                self._nothing_is_doubled,
                self._everything_came_to_an_end,
                self._every_picture_is_what_it_says,
                self._one_execution_made_each_picture,
                self._nothing_is_public_without_its_approval,
                self._versions_have_no_gaps,
                self._every_approval_came_out,
                self._request_events_have_no_gaps,
                self._every_end_was_told_once,
                self._bot_sequences_have_no_gaps,
                self._deliveries_arrived_or_are_due,
                self._the_audit_trail_is_whole,
                self._no_constraint_had_to_help,
            )
            return [
                f"{check.__name__.strip('_').replace('_', ' ')}: {sentence}"
                for check in checks
                for sentence in check()
            ]

    def _rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self._connection.execute(query, values).fetchall()

    def _nothing_accepted_is_lost(self) -> Iterator[str]:
        yield from self.journal.errors
        kept = {
            row["external_id"]: str(row["id"])
            for row in self._rows("SELECT id, external_id FROM avatars_generationrequest")
        }
        for external_id, request_id in self.journal.accepted.items():
            if kept.get(external_id) != request_id:
                yield f"request {external_id} was accepted as {request_id} and is not there"

    def _nothing_is_doubled(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT external_id, count(*) FROM avatars_generationrequest"
            " GROUP BY external_id HAVING count(*) > 1"
        ):
            yield f"{row['external_id']} became {row['count']} requests"
        for row in self._rows(
            "SELECT r.id, r.candidate_count, count(c.id) FROM avatars_generationrequest r"
            " LEFT JOIN avatars_candidate c ON c.request_id = r.id WHERE r.status <> 'held'"
            " GROUP BY r.id HAVING count(c.id) <> r.candidate_count"
        ):
            yield f"request {row['id']} has {row['count']} of {row['candidate_count']} candidates"

    def _everything_came_to_an_end(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT id, status FROM avatars_generationrequest"
            " WHERE status IN ('held', 'queued', 'rendering', 'screening')"
        ):
            yield f"request {row['id']} is still {row['status']}"
        for row in self._rows(
            "SELECT r.id FROM avatars_generationrequest r WHERE r.status = 'in_review'"
            " AND NOT EXISTS (SELECT FROM moderation_reviewcase k WHERE k.request_id = r.id"
            " AND k.kind = 'image' AND k.status IN ('open', 'claimed'))"
        ):
            yield f"request {row['id']} is in review and no case is open"
        for row in self._rows(
            "SELECT c.id, c.status, r.status AS request FROM avatars_candidate c"
            " JOIN avatars_generationrequest r ON r.id = c.request_id"
            " WHERE c.status IN ('queued', 'rendering', 'rendered')"
            " OR (r.status = 'approved' AND c.status = 'screened')"
        ):
            yield f"candidate {row['id']} is {row['status']} in a request that is {row['request']}"

    def _every_picture_is_what_it_says(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT c.id, c.pixel_sha256, c.file_sha256, b.public_id FROM avatars_candidate c"
            " JOIN accounts_brand b ON b.id = c.brand_id WHERE c.file_sha256 <> ''"
        ):
            digest = row["file_sha256"]
            path = self.storage / row["public_id"] / digest[:2] / digest
            if not path.exists():
                yield f"candidate {row['id']} has no file"
                continue
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                yield f"the file of candidate {row['id']} is not what its name says"
                continue
            with Image.open(path) as image:
                if pixel_sha256(image) != row["pixel_sha256"]:
                    yield f"the pixels of candidate {row['id']} are not those recorded"
        leftovers = list(self.storage.rglob("*.part"))
        if len(leftovers) > self.faults:
            yield f"{len(leftovers)} unfinished files lie about"

    def _one_execution_made_each_picture(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT c.id, c.status, count(a.id) FILTER (WHERE a.outcome = 'rendered') AS rendered,"
            " count(a.id) FILTER (WHERE a.outcome = 'running') AS running FROM avatars_candidate c"
            " LEFT JOIN avatars_attempt a ON a.candidate_id = c.id GROUP BY c.id"
        ):
            expected = 0 if row["status"] in ("failed", "quarantined") else 1
            if row["status"] != "cancelled" and row["rendered"] != expected:
                yield f"candidate {row['id']} was rendered {row['rendered']} times"
            if row["running"]:
                yield f"candidate {row['id']} has {row['running']} executions that never ended"

    def _nothing_is_public_without_its_approval(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT v.id, v.pixel_sha256, c.status, c.pixel_sha256 AS candidate, d.action,"
            " d.pixel_sha256 AS decided, d.candidate_id = v.candidate_id AS same"
            " FROM avatars_avatarversion v JOIN avatars_candidate c ON c.id = v.candidate_id"
            " LEFT JOIN moderation_decision d ON d.id = v.decision_id"
        ):
            if (row["status"], row["action"], row["same"]) != ("approved", "approve", True):
                yield f"version {row['id']} has no approval of its candidate"
            elif not row["pixel_sha256"] == row["candidate"] == row["decided"]:
                yield f"version {row['id']} shows other pixels than were approved"

    def _versions_have_no_gaps(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT bot_id, count(*), max(number), count(*) FILTER (WHERE status = 'current')"
            " AS current FROM avatars_avatarversion GROUP BY bot_id"
        ):
            if row["count"] != row["max"] or row["current"] > 1:
                yield f"bot {row['bot_id']}: {row}"

    def _every_approval_came_out(self) -> Iterator[str]:
        decided = {
            str(row["case_id"]): str(row["candidate_id"])
            for row in self._rows(
                "SELECT case_id, candidate_id FROM moderation_decision WHERE action = 'approve'"
            )
        }
        for case_id, candidate_id in self.journal.approved.items():
            if decided.get(case_id) != candidate_id:
                yield f"the approval of {candidate_id} was answered and is not there"
        for row in self._rows(
            "SELECT case_id, count(*) FROM moderation_decision GROUP BY case_id HAVING count(*) > 1"
        ):
            yield f"case {row['case_id']} was decided {row['count']} times"
        for row in self._rows(
            "SELECT d.id FROM moderation_decision d JOIN avatars_candidate c"
            " ON c.id = d.candidate_id JOIN avatars_generationrequest r ON r.id = c.request_id"
            " WHERE d.action = 'approve' AND NOT EXISTS (SELECT FROM avatars_avatarversion v"
            " WHERE v.bot_id = r.bot_id AND v.pixel_sha256 = d.pixel_sha256)"
        ):
            yield f"decision {row['id']} approved and nothing was published"

    def _request_events_have_no_gaps(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT r.id, r.event_sequence, count(e.id), coalesce(max(e.sequence), 0) AS last"
            " FROM avatars_generationrequest r LEFT JOIN avatars_requestevent e"
            " ON e.request_id = r.id GROUP BY r.id"
            " HAVING count(e.id) <> r.event_sequence OR count(e.id) <> coalesce(max(e.sequence), 0)"
        ):
            yield f"request {row['id']}: {row}"

    def _every_end_was_told_once(self) -> Iterator[str]:
        told = {
            (row["request_id"], row["type"]): row["count"]
            for row in self._rows(
                "SELECT data->>'request_id' AS request_id, type, count(*) FROM webhooks_outboxevent"
                " WHERE data ? 'request_id' GROUP BY 1, 2"
            )
        }
        names = {
            "approved": "request.completed",
            "declined": "request.declined",
            "failed": "request.failed",
            "cancelled": "request.cancelled",
            "in_review": "request.in_review",
        }
        for row in self._rows("SELECT id, status, in_review_at FROM avatars_generationrequest"):
            expected = {names[row["status"]]} if row["status"] in names else set()
            if row["in_review_at"] is not None:
                expected.add("request.in_review")
            for name in expected:
                count = told.get((str(row["id"]), name), 0)
                if count != 1:
                    yield f"{name} of request {row['id']} was told {count} times"
        for row in self._rows(
            "SELECT v.id FROM avatars_avatarversion v LEFT JOIN webhooks_outboxevent e"
            " ON e.type = 'avatar.version.published' AND e.data->>'version_id' = v.id::text"
            " GROUP BY v.id HAVING count(e.id) <> 1"
        ):
            yield f"version {row['id']} was not told once"

    def _bot_sequences_have_no_gaps(self) -> Iterator[str]:
        for row in self._rows(
            "SELECT b.id, b.event_sequence, count(e.id), coalesce(max(e.sequence), 0) AS last"
            " FROM avatars_bot b LEFT JOIN webhooks_outboxevent e ON e.bot_id = b.id GROUP BY b.id"
            " HAVING count(e.id) <> b.event_sequence OR count(e.id) <> coalesce(max(e.sequence), 0)"
        ):
            yield f"bot {row['id']}: {row}"

    def _deliveries_arrived_or_are_due(self) -> Iterator[str]:
        yield from self.receiver.bad
        received = set(self.receiver.received)
        for row in self._rows(
            "SELECT d.status, d.event_id, n.url FROM webhooks_delivery d"
            " JOIN webhooks_webhookendpoint n ON n.id = d.endpoint_id"
        ):
            kind = row["url"].rsplit("/", 1)[-1]
            arrived = f"{kind} {row['event_id']}" in received
            if row["status"] == "delivered" and not arrived:
                yield f"event {row['event_id']} is marked delivered to {kind} and never arrived"
            if row["status"] not in ("delivered", "pending", "sending"):
                yield f"event {row['event_id']} to {kind} was given up"
        for row in self._rows(
            "SELECT e.id FROM webhooks_outboxevent e JOIN webhooks_webhookendpoint n"
            " ON n.client_id = e.client_id AND n.created_at < e.created_at AND n.is_enabled"
            " AND (n.event_types = '{}' OR e.type = ANY (n.event_types))"
            " WHERE NOT EXISTS (SELECT FROM webhooks_delivery d WHERE d.event_id = e.id"
            " AND d.endpoint_id = n.id)"
        ):
            yield f"event {row['id']} is not on its way to every endpoint"

    def _the_audit_trail_is_whole(self) -> Iterator[str]:
        """Each deed has exactly one event of its kind."""
        deeds = {
            "request.submitted": "SELECT id FROM avatars_generationrequest",
            "request.cancelled": (
                "SELECT id FROM avatars_generationrequest WHERE status = 'cancelled'"
            ),
            "candidate.rendered": (
                "SELECT c.id FROM avatars_candidate c WHERE EXISTS (SELECT FROM avatars_attempt a"
                " WHERE a.candidate_id = c.id AND a.outcome = 'rendered')"
            ),
            "version.published": "SELECT id FROM avatars_avatarversion",
        }
        for action, query in deeds.items():
            for row in self._rows(
                f"SELECT deed.id, count(e.id) FROM ({query}) deed"  # noqa: S608 - own constants
                " LEFT JOIN audit_auditevent e ON e.object_id = deed.id AND e.action = %s"
                " GROUP BY deed.id HAVING count(e.id) <> 1",
                action,
            ):
                yield f"{action} of {row['id']} is recorded {row['count']} times"

    def _no_constraint_had_to_help(self) -> Iterator[str]:
        """Constraints stand behind the locks; a row that runs into one got past its lock."""
        hit: Counter[str] = Counter()
        for line in self.server_log.read_text(errors="replace").splitlines():
            if match := _HIT.search(line):
                hit[match[1]] += 1
        for constraint, count in hit.items():
            yield f"{constraint} was run into {count} times"
