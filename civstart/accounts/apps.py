from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "civstart.accounts"
    label = "accounts"
    verbose_name = "People and keys"
