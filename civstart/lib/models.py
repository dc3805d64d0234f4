"""What every model with a public face shares."""

from django.db import models

from civstart.lib import ids


class Public(models.Model):
    """A row that pages, API and events name by a public id."""

    public_id = models.UUIDField(default=ids.new, unique=True, editable=False)

    class Meta:
        abstract = True
