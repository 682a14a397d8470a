"""The addresses of all pages, under one namespace: the API calls its own by the same words."""

from django.contrib.auth import views as auth_views
from django.urls import path

from avatars.urls import urlpatterns as avatar_pages
from brandhub.audit.urls import urlpatterns as audit_pages
from brandhub.home import home
from moderation.urls import urlpatterns as review_pages
from styles.urls import urlpatterns as style_pages

app_name = "pages"
urlpatterns = [
    path("", home, name="home"),
    path(
        "login/",
        auth_views.LoginView.as_view(redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    *audit_pages,
    *avatar_pages,
    *review_pages,
    *style_pages,
]
