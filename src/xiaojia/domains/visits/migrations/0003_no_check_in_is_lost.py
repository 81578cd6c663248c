from django.db import migrations


class Migration(migrations.Migration):
    """A visit without a month's partition lands in the default one; `ensure_months` moves it when the month is made."""

    dependencies = [("visits", "0002_the_table_of_visits")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE visits_visit_default PARTITION OF visits_visit DEFAULT", "DROP TABLE visits_visit_default"
        )
    ]
