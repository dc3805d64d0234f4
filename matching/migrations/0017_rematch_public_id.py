from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

import civstart.lib.ids


class Migration(migrations.Migration):
    """Each of those there are has an id made by the database; the site makes the next ones."""

    dependencies = [
        ('matching', '0016_graded_previews'),
    ]

    operations = [
        migrations.AddField(
            model_name='rematch',
            name='public_id',
            field=models.UUIDField(db_default=RandomUUID(), editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='rematch',
            name='public_id',
            field=models.UUIDField(default=civstart.lib.ids.new, editable=False, unique=True),
        ),
    ]
