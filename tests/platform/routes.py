"""Every address that the product answers, and the content security policy it answers with.

A new route needs its line here, so that nobody adds one without thinking of its headers. Of the
admin's routes for one model there is one line.
"""

PRODUCT = "product"  # strict: nothing inline, nothing from elsewhere
ADMIN = "admin"  # the product's, plus what Unfold needs

ROUTES = {
    "healthz": PRODUCT,
    "readyz": PRODUCT,
    "favicon.ico": PRODUCT,
    "admin/": ADMIN,
    "admin/(?P<url>.*)$": ADMIN,
    "admin/^(?P<app_label>…)/$": ADMIN,
    "admin/auth/group/…": ADMIN,
    "admin/autocomplete/": ADMIN,
    "admin/jsi18n/": ADMIN,
    "admin/login/": ADMIN,
    "admin/logout/": ADMIN,
    "admin/password_change/": ADMIN,
    "admin/password_change/done/": ADMIN,
    "admin/r/<path:content_type_id>/<path:object_id>/": ADMIN,
    "admin/search/": ADMIN,
    "i18n/setlang/": PRODUCT,
    "api/v1/schema/": PRODUCT,
    "api/v1/docs/": PRODUCT,
    "api/v1/me": PRODUCT,
    "api/generate": PRODUCT,
    "api/v1/bots": PRODUCT,
    "api/v1/bots/<str:external_id>": PRODUCT,
    "api/v1/bots/<str:external_id>/avatar": PRODUCT,
    "api/v1/bots/<str:external_id>/rollback": PRODUCT,
    "api/v1/bots/<str:external_id>/take-down": PRODUCT,
    "api/v1/bots/<str:external_id>/versions": PRODUCT,
    "api/v1/bots/<str:external_id>/versions/<int:number>/avatar": PRODUCT,
    "api/v1/candidates/<uuid:candidate_id>/image": PRODUCT,
    "api/v1/reference-images": PRODUCT,
    "api/v1/requests": PRODUCT,
    "api/v1/requests/<uuid:request_id>": PRODUCT,
    "api/v1/requests/<uuid:request_id>/cancel": PRODUCT,
    "api/v1/requests/<uuid:request_id>/events": PRODUCT,
    "api/v1/requests/<uuid:request_id>/retry": PRODUCT,
    "api/v1/requirements/parse": PRODUCT,
    "api/v1/styles": PRODUCT,
    "api/v1/styles/<slug:brand>/<style_name:style>": PRODUCT,
    "api/v1/versions/<uuid:version_id>/provenance": PRODUCT,
    "avatars/<slug:brand_public_id>/<sha256:sha256>.<picture_extension:extension>": PRODUCT,
    "public/<str:token>/avatar": PRODUCT,
    "api/v1/events": PRODUCT,
    "api/v1/webhook-endpoints": PRODUCT,
    "api/v1/webhook-endpoints/<uuid:endpoint_id>": PRODUCT,
    "api/v1/webhook-endpoints/<uuid:endpoint_id>/deliveries": PRODUCT,
    "api/v1/webhook-endpoints/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay": PRODUCT,
    "api/v1/webhook-endpoints/<uuid:endpoint_id>/ping": PRODUCT,
    "api/v1/webhook-endpoints/<uuid:endpoint_id>/rotate-secret": PRODUCT,
    "^api/": PRODUCT,
}
