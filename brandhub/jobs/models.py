"""The columns of a leased row: any table whose rows are work carries these."""

from django.db import models
from django.db.models.functions import Now


class LeasedModel(models.Model):
    """Abstract: a row that is also a job.

    ``lease_token`` is the fence: it grows with every claim, sweep and cancel, and a worker may
    write only while the row still carries the token it was given.
    """

    #: Executions begun and not given back; the cap that quarantines poison counts these.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_token = models.BigIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    leased_at = models.DateTimeField(null=True, editable=False)
    lease_holder = models.CharField(max_length=120, blank=True, editable=False)
    #: Not before this time: back-off after a failure, the due time of a delivery.
    available_at = models.DateTimeField(db_default=Now(), editable=False)
    #: Set after a crash: the row runs alone, so that one poison row spoils no batch again.
    run_alone = models.BooleanField(default=False, editable=False)
    last_error = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
