"""Addresses of webhooks and of the outbox."""

from django.urls import path

from brandhub.api.webhooks.endpoints import (
    Deliveries,
    EndpointDetail,
    Endpoints,
    Ping,
    ReplayDelivery,
    RotateSecret,
)
from brandhub.api.webhooks.events import Events

urlpatterns = [
    path("webhook-endpoints", Endpoints.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<uuid:endpoint_id>", EndpointDetail.as_view(), name="webhook-endpoint"),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/rotate-secret",
        RotateSecret.as_view(),
        name="webhook-rotate-secret",
    ),
    path("webhook-endpoints/<uuid:endpoint_id>/ping", Ping.as_view(), name="webhook-ping"),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/deliveries",
        Deliveries.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay",
        ReplayDelivery.as_view(),
        name="webhook-delivery-replay",
    ),
    path("events", Events.as_view(), name="events"),
]
