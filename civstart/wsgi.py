"""Pages and API over WSGI, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civstart.settings")
application = get_wsgi_application()  # before anything that needs the apps

from civstart import warming  # noqa: E402

# The other workers answer while this one makes ready, also where gunicorn replaces one.
warming.warm()
