"""The addresses of this app's pages."""

from django.urls import path

from styles import views

urlpatterns = [
    path("styles/", views.style_list, name="style-list"),
    path("styles/<uuid:pk>/", views.style_detail, name="style-detail"),
]
