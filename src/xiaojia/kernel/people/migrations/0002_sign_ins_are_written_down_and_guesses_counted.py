import django.db.models.deletion
import xiaojia.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_people_stand_apart_from_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(help_text='"password" or "code"', max_length=8)),
                ('name_hash', models.CharField(db_collation='C', max_length=64)),
                ('network_hash', models.CharField(db_collation='C', max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['name_hash', 'at'], name='attempt_name'), models.Index(fields=['network_hash', 'at'], name='attempt_network'), models.Index(fields=['at'], name='attempt_at')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=xiaojia.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('factor', models.CharField(blank=True, choices=[('', 'password alone'), ('own', 'our second factor'), ('provider', "the identity provider's")], max_length=8)),
                ('device', models.CharField(blank=True, max_length=40)),
                ('place', models.CharField(blank=True, help_text='203.0.113.x: cut, never whole', max_length=48)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-seen_at'],
            },
        ),
    ]
