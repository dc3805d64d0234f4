from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

LISTED = (
    "id",
    "kind",
    "category",
    "stage",
    "strength",
    "amount",
    "amount_kind",
    "meeting",
    "due_from",
    "due_by",
    "due_is_deadline",
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0021_details_told_anew"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("status", "approved")),
                fields=["jurisdiction", "-decided_at"],
                include=LISTED,
                name="signal_listed",
            ),
        ),
        RemoveIndexConcurrently(model_name="signal", name="signal_facets"),
        AddIndexConcurrently(
            model_name="signal",
            index=GinIndex(
                condition=models.Q(("status", "approved")),
                fields=["search"],
                name="signal_search_approved",
            ),
        ),
    ]
