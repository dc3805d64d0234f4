from django.db import migrations
from django.db.models import Max

WEIGHTS = {
    "Meaning": 50,
    "Wording": 18,
    "Shared words": 20,
    "Government buyers": 4,
    "Place": 4,
    "Proof": 4,
}


def add_second_policy(apps, schema_editor):
    """Make it current, unless staff have policies of their own beyond the first."""
    policies = apps.get_model("matching", "MatchPolicy").objects
    if policies.aggregate(newest=Max("version"))["newest"] != 1:
        return
    policies.update(is_current=False)
    policies.create(
        version=2, weights=WEIGHTS, bar=45, fit_bar=0.5, most_behind=10, is_current=True
    )


def remove_second_policy(apps, schema_editor):
    policies = apps.get_model("matching", "MatchPolicy").objects
    policies.filter(version=2, runs=None).delete()
    if not policies.filter(is_current=True).exists():
        policies.filter(version=1).update(is_current=True)


class Migration(migrations.Migration):
    dependencies = [("matching", "0005_vectors_of_passages")]
    operations = [migrations.RunPython(add_second_policy, remove_second_policy)]
