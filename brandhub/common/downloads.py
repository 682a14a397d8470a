"""Answering with a file to be kept, piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

_PIECE = 1 << 20


def file_download(file: IO[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """200 with what is in ``file`` from its start, to be kept as ``name``; closes ``file``.

    Read as it is sent, so that memory holds one piece of it.
    """
    size = file.seek(0, 2)
    file.seek(0)
    response = StreamingHttpResponse(_pieces(file), content_type=content_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await sync_to_async(file.read, thread_sensitive=False)(_PIECE):
            yield piece
    finally:
        file.close()
