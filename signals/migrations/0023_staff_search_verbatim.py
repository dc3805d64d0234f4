from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0022_lists_read_indexes_alone"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="signal",
            index=GinIndex(
                SearchVector("title", "summary", "heard", config="english"),
                condition=models.Q(("redacted", {}), _negated=True),
                name="signal_verbatim",
            ),
        ),
    ]
