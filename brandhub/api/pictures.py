"""Answering with a picture: entity tag, 304, and headers that let it be a picture only."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

#: Whatever bytes ever get behind such an address, a browser runs none of them.
_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


def picture_response(
    request: HttpRequest,
    *,
    sha256: str,
    content_type: str,
    cache_control: str,
    read: Callable[[], bytes],
    embeddable: bool = False,
) -> HttpResponse:
    """200 with the bytes of ``read``, or 304 without reading them.

    The entity tag is strong and is the digest of the bytes. ``embeddable`` is for pages of other
    origins: their ``<img>`` may show it.
    """
    tag = f'"{sha256}"'
    if _has(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(read(), content_type=content_type)
        response.headers["Content-Disposition"] = "inline"
        response.headers["Content-Security-Policy"] = _POLICY
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = cache_control
    if embeddable:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.same_for_everybody = True  # type: ignore[attr-defined]
    return response


def _has(header: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names ``tag``: by weak comparison, as RFC 9110 section 13.1.2 asks,
    for a proxy that compresses may have weakened it.
    """
    if not header:
        return False
    given = parse_etags(header)
    return "*" in given or any(each.removeprefix("W/") == tag for each in given)
