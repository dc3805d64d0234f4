from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

DECIDED = ("id", "status", "kind", "category", "confidence", "meeting", "run", "decided_by")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0025_evaluations"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("status__in", ("approved", "rejected"))),
                fields=["decided_at"],
                include=DECIDED,
                name="signal_decided",
            ),
        ),
    ]
