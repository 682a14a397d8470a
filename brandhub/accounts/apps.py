from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "brandhub.accounts"
    label = "accounts"
    verbose_name = _("Brands and access")
