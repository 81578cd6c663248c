from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_sign_ins_are_written_down_and_guesses_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='provider_subject',
            field=models.CharField(blank=True, help_text='keyed hash of issuer and sub: whom the identity provider first vouched for', max_length=64),
        ),
    ]
