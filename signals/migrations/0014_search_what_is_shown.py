import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.fields.json
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_fiscal_year'),
        ('signals', '0013_fill_redacted'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='signal',
            name='signal_queue',
        ),
        migrations.RemoveIndex(
            model_name='signal',
            name='signal_waiting',
        ),
        migrations.AddField(
            model_name='signal',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('title', 'redacted'), models.F('title'), output_field=models.TextField()), config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('summary', 'redacted'), models.F('summary'), output_field=models.TextField()), config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector(django.db.models.functions.comparison.Coalesce(django.db.models.fields.json.KeyTextTransform('heard', 'redacted'), models.F('heard'), output_field=models.TextField()), config='english', weight='C'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='signal_search'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(models.Case(models.When(models.Q(('speaker_role', 'public'), models.Q(('kind', 'community'), _negated=True)), then=1), default=0, output_field=models.PositiveSmallIntegerField()), models.OrderBy(models.F('confidence'), descending=True), models.F('id'), condition=models.Q(('status', 'pending')), name='signal_queue_pleas_last'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(models.Case(models.When(models.Q(('speaker_role', 'public'), models.Q(('kind', 'community'), _negated=True)), then=1), default=0, output_field=models.PositiveSmallIntegerField()), models.OrderBy(models.F('strength'), descending=True), models.OrderBy(models.F('confidence'), descending=True), models.F('id'), condition=models.Q(('status', 'pending')), name='signal_waiting_pleas_last'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['strength'], include=('created_at',), name='signal_waiting_counts'),
        ),
    ]
