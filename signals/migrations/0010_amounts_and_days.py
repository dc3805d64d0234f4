import django.contrib.postgres.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_fiscal_year'),
        ('signals', '0009_list_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='signal',
            name='amount_kind',
            field=models.CharField(blank=True, choices=[('one-off', 'One-off'), ('yearly', 'Yearly'), ('monthly', 'Monthly'), ('term', 'Over a term'), ('up-to', 'Up to'), ('per-unit', 'Per unit'), ('unknown', 'Not said')], help_text='Paid once, each year, over a term, at most, or for one of many.', max_length=10),
        ),
        migrations.AddField(
            model_name='signal',
            name='amount_said',
            field=models.CharField(blank=True, help_text='The amount in the words.', max_length=200, verbose_name='as said'),
        ),
        migrations.AddField(
            model_name='signal',
            name='amount_years',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Over how many years, where that was said.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='term in years'),
        ),
        migrations.AddField(
            model_name='signal',
            name='due_by',
            field=models.DateField(blank=True, help_text='The last day the words mean.', null=True, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='signal',
            name='due_doubt',
            field=models.CharField(blank=True, help_text='What had to be assumed to resolve the words.', max_length=120),
        ),
        migrations.AddField(
            model_name='signal',
            name='due_from',
            field=models.DateField(blank=True, help_text='The first day the words mean.', null=True, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='signal',
            name='due_is_deadline',
            field=models.BooleanField(default=False, help_text='It has to be done by that day; else it is a time at which something happens.', verbose_name='deadline'),
        ),
        migrations.AddField(
            model_name='signal',
            name='edited',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, help_text='The fields staff set by hand, which are not computed anew.', size=None),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', False), models.Q(('amount_kind', ''), ('amount_years', None)), _connector='OR'), name='signal_amount_kind_has_amount'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.CheckConstraint(condition=models.Q(('amount_years', None), models.Q(('amount_kind__in', ('term', 'yearly', 'monthly', 'up-to')), ('amount_years__range', (1, 99))), _connector='OR'), name='signal_amount_years_of_a_term'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.CheckConstraint(condition=models.Q(('due_from', None), ('due_by', None), ('due_by__gte', models.F('due_from')), _connector='OR'), name='signal_due_from_before_by'),
        ),
        migrations.AddConstraint(
            model_name='signal',
            constraint=models.CheckConstraint(condition=models.Q(('due_is_deadline', False), ('due_by__isnull', False), _connector='OR'), name='signal_deadline_has_day'),
        ),
    ]
