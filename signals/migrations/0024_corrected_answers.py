import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0023_staff_search_verbatim'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('answered', 'Answered'), ('not-known', 'The government does not know'), ('none', 'No answer from the government')], max_length=10)),
                ('text', models.TextField(blank=True, max_length=2000)),
                ('at', models.DateTimeField(help_text='When this was published.')),
            ],
            options={
                'ordering': ('-version',),
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='corrected_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='answer',
            name='corrected_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_answers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answer',
            name='version',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, help_text='1, and one more a correction.'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrected_at', None), ('corrected_by', None), ('version', 1)), models.Q(('corrected_at__isnull', False), ('corrected_by__isnull', False), ('version__gt', 1)), _connector='OR'), name='answer_correction_has_person_and_time'),
        ),
        migrations.AddField(
            model_name='earlieranswer',
            name='answer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier', to='signals.answer'),
        ),
        migrations.AddField(
            model_name='earlieranswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier_answers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='earlieranswer',
            constraint=models.UniqueConstraint(fields=('answer', 'version'), name='earlier_answer_once_a_version'),
        ),
    ]
