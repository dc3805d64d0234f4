from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    """The search column is made anew of what everybody may see: a generated one cannot be altered."""

    dependencies = [("signals", "0011_readings_and_rewording")]

    operations = [
        migrations.RemoveIndex("signal", "signal_search"),
        migrations.RemoveField("signal", "search"),
        migrations.AddField(
            "signal",
            "redacted",
            models.JSONField(
                blank=True,
                default=dict,
                help_text="Its texts as they may be searched, where something in them is withheld.",
            ),
        ),
    ]
