"""The ground floor as an app (for its template tags), and the staff site in the place of Django's
admin site.
"""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class LibConfig(AppConfig):
    name = "civstart.lib"
    label = "lib"


class StaffAdminConfig(AdminConfig):
    default = False
    default_site = "civstart.lib.staff.StaffSite"
