from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0017_rematch_public_id'),
    ]

    operations = [
        migrations.AddField(
            model_name='rematch',
            name='differences_kept',
            field=models.BooleanField(
                default=True,
                help_text='Whether what it changed is still kept signal by signal.',
            ),
        ),
    ]
