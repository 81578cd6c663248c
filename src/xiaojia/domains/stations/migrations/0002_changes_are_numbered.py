from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_stations_facilities_and_truth")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE stations_change_no", "DROP SEQUENCE stations_change_no"),
    ]
