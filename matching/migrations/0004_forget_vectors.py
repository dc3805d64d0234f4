from django.db import migrations


def forget(apps, schema_editor):
    """Vectors know from here on how new their text was; those of before are made anew."""
    apps.get_model("matching", "Embedding").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("matching", "0003_first_policy")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
