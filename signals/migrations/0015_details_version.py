import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_fiscal_year'),
        ('signals', '0014_search_what_is_shown'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='signal',
            name='details_version',
            field=models.PositiveSmallIntegerField(default=0, help_text='Of the rules by which stage, kind of amount and days were told from the words.'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(django.db.models.functions.comparison.Coalesce('due_by', 'due_from'), condition=models.Q(('status', 'approved')), name='signal_due'),
        ),
    ]
