from django.db import migrations

WEIGHTS = {"Meaning": 55, "Shared words": 25, "Government buyers": 8, "Place": 6, "Proof": 6}
BAR = 58


def add_first_policy(apps, schema_editor):
    apps.get_model("matching", "MatchPolicy").objects.get_or_create(
        version=1, defaults={"weights": WEIGHTS, "bar": BAR, "is_current": True}
    )


def remove_first_policy(apps, schema_editor):
    apps.get_model("matching", "MatchPolicy").objects.filter(version=1, runs=None).delete()


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_initial")]
    operations = [migrations.RunPython(add_first_policy, remove_first_policy)]
