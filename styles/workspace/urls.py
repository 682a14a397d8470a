"""The addresses of the brand workspace."""

from django.urls import path

from styles.workspace import pages

urlpatterns = [
    path("brands/", pages.brand_list, name="brand-list"),
    path("brands/<uuid:pk>/", pages.brand_detail, name="brand-detail"),
    path("brands/<uuid:pk>/edit/", pages.brand_edit, name="brand-edit"),
    path("brands/<uuid:pk>/palette/", pages.brand_palette, name="brand-palette"),
    path("brands/<uuid:pk>/logo/", pages.brand_logo, name="brand-logo"),
    path("brands/logos/<uuid:pk>/picture/", pages.logo_picture, name="logo-picture"),
    path("brands/<uuid:pk>/members/", pages.brand_members, name="brand-members"),
    path("brands/colours/<uuid:pk>/remove/", pages.brand_colour_remove, name="colour-remove"),
    path("brands/members/<uuid:pk>/remove/", pages.brand_member_remove, name="member-remove"),
]
