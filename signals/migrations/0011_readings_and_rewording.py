from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0010_amounts_and_days'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='extractionrun',
            options={'ordering': ('-started_at', '-pk')},
        ),
        migrations.AddField(
            model_name='evidence',
            name='written',
            field=models.TextField(blank=True, help_text='The whole quote as the extractor wrote it, on its first piece, where that is not word for word what was said.'),
        ),
        migrations.AddField(
            model_name='extractionrun',
            name='setting',
            field=models.JSONField(blank=True, default=dict, help_text='What the extractor was told of the meeting. Reading on tells it the same.'),
        ),
        migrations.AddField(
            model_name='extractionrun',
            name='share_read',
            field=models.FloatField(default=1.0, help_text='Of the transcript, 0 to 1.'),
        ),
        migrations.AddField(
            model_name='extractionrun',
            name='stopped',
            field=models.CharField(blank=True, help_text='Why it ended before the transcript did.', max_length=300),
        ),
        migrations.AddField(
            model_name='upload',
            name='step',
            field=models.CharField(blank=True, choices=[('reading', 'Reading the file'), ('storing', 'Storing the words'), ('extracting', 'Looking for signals')], help_text='What a worker does with it now.', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('written', ''), models.Q(('written', models.F('quote')), _negated=True), _connector='OR'), name='evidence_written_differs_from_quote'),
        ),
        migrations.AddConstraint(
            model_name='extractionrun',
            constraint=models.CheckConstraint(condition=models.Q(('share_read__gte', 0), ('share_read__lte', 1)), name='run_share_read_is_share'),
        ),
        migrations.AddConstraint(
            model_name='extractionrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('share_read', 1), ('stopped', '')), models.Q(models.Q(('stopped', ''), _negated=True), ('share_read__lt', 1)), _connector='OR'), name='run_stopped_before_its_end'),
        ),
    ]
