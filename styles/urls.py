"""The addresses of this app's pages."""

from django.urls import path

from styles import views
from styles.adapters.urls import urlpatterns as adapter_pages

urlpatterns = [
    path("styles/", views.style_list, name="style-list"),
    path("styles/<uuid:pk>/", views.style_detail, name="style-detail"),
    *adapter_pages,
]
