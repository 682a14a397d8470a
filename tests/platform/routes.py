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
    "^api/": PRODUCT,
}
