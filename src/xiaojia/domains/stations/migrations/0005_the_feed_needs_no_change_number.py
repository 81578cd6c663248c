from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stations", "0004_changes_follow_commits")]
    operations = [
        migrations.RemoveField("station", "change_no"),
        migrations.RunSQL("DROP SEQUENCE stations_change_no", "CREATE SEQUENCE stations_change_no"),
    ]
