from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0002_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='jurisdiction',
            name='fiscal_year_starts',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'), (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December')], help_text='The month its fiscal year begins in. Empty: not known, taken to be July.', null=True),
        ),
        migrations.AddConstraint(
            model_name='jurisdiction',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_year_starts', None), ('fiscal_year_starts__range', (1, 12)), _connector='OR'), name='jurisdiction_fiscal_year_starts_in_a_month'),
        ),
    ]
