"""Which files in a brand's folder of the store belong to rows, and the end of those that do not.

A file is stored before the row that names it. Whoever dies in between leaves a file that no row
will ever name; so does a row that is deleted, for others may name the same bytes. Each app says
where its rows name files, and what nothing names goes within a day.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import structlog
from django.db import connection, models, transaction
from django.db.models import Func, Q, QuerySet

from brandhub.accounts.models import Brand
from brandhub.common.storage import FOLDERS, store
from brandhub.jobs.boundaries import boundary

log = structlog.get_logger(__name__)

#: A file younger than this is left alone: its row may be about to be committed. No transaction
#: and no upload lasts a fraction of it.
YOUNG_SECONDS = 12 * 3600.0
#: A run looks at this part of the folders, so that all have had their turn after so many runs.
SHARES = 6
_BATCH = 1000
#: Digests in JSON have no index; reading through a brand's requests may take this long.
_STATEMENT_TIMEOUT = "10min"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column whose rows name files of their brand, those at least that ``rows`` selects."""

    model: type[models.Model]
    name: str
    rows: Q

    @property
    def is_json(self) -> bool:
        return isinstance(self.model._meta.get_field(self.name), models.JSONField)

    def named(self, brand: Brand, digests: set[str]) -> set[str]:
        """Which of ``digests`` the brand's rows name here."""
        if not self.is_json:
            found = self._rows_of(brand).filter(**{f"{self.name}__in": digests})
            return set(found.values_list(self.name, flat=True))
        return digests.intersection(self.digests_of(brand).distinct())

    def digests_of(self, brand: Brand) -> QuerySet[Any, str]:
        """All that the brand's rows name here, each as often as it is named."""
        if not self.is_json:
            named = self._rows_of(brand).exclude(**{self.name: ""})
            return named.values_list(self.name, flat=True)
        each = Func(
            self.name,
            template="jsonb_path_query(%(expressions)s, '$.**.sha256')",
            output_field=models.JSONField(),
        )
        return self._rows_of(brand).values_list(each, flat=True)

    def _rows_of(self, brand: Brand) -> QuerySet[Any]:
        # In no order: a model's own may join other tables.
        return self.model._base_manager.filter(self.rows, brand=brand).order_by()


_columns: list[FileColumn] = []


def register_file_columns(model: type[models.Model], *names: str, rows: Q | None = None) -> None:
    """Say that these columns of ``model``, which has a ``brand``, name files of that brand.

    Either a column holds one digest, or it is JSON that has them as ``sha256``, however deep.
    ``rows`` selects those that need their file; the others let it go.
    """
    _columns.extend(FileColumn(model, name, rows or Q()) for name in names)
    # Whatever has an index first: hardly a file is left to be asked for of the others.
    _columns.sort(key=lambda column: column.is_json)


def file_columns() -> list[FileColumn]:
    """All columns that name files."""
    return list(_columns)


def release_file(brand: Brand, sha256: str, *, by: type[models.Model]) -> bool:
    """Remove a file that a row of the model ``by`` has let go of, unless another row names it.

    Returns whether it went. For large files of a kind that rows of no other model name and that
    nobody stores at the same moment; for others a day is soon enough.
    """
    if any(column.named(brand, {sha256}) for column in _columns if column.model is by):
        return False
    store().delete(brand.public_id, sha256)
    return True


def remove_unreferenced_files(*, share: int) -> int:
    """Remove the files that no row names, in one part of the folders; return how many went.

    ``share`` counts the runs: after ``SHARES`` of them every folder has had its turn. Folders of
    brands that are not in this database are left alone. A brand with which it fails is logged and
    passed over.
    """
    before = time.time() - YOUNG_SECONDS
    removed = 0
    for brand in Brand.objects.order_by("pk"):
        try:
            removed += _remove_of(brand, before, range(share % SHARES, FOLDERS, SHARES))
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("stored_files_not_swept", brand=brand.public_id)
    return removed


def _remove_of(brand: Brand, before: float, folders: Iterable[int]) -> int:
    files, removed = store(), 0
    untouched = files.untouched(brand.public_id, before=before, folders=folders)
    for batch in _in_batches(untouched):
        unnamed = _unnamed(brand, batch)
        boundary("files.before_removal")
        # Whoever came to name one of them since has put it, and put files are not untouched.
        removed += sum(
            files.remove_untouched(brand.public_id, digest, before=before) for digest in unnamed
        )
    return removed


@transaction.atomic
def _unnamed(brand: Brand, digests: set[str]) -> set[str]:
    """Which of ``digests`` no row of the brand names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [_STATEMENT_TIMEOUT])
    left = digests
    for column in _columns:
        if not left:
            break
        left = left - column.named(brand, left)
    return left


def _in_batches(digests: Iterator[str]) -> Iterator[set[str]]:
    while batch := set(islice(digests, _BATCH)):
        yield batch
