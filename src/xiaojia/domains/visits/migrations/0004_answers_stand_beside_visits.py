from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_no_check_in_is_lost")]
    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit_id", models.UUIDField()),
                ("hour", models.DateTimeField(db_index=True)),
                ("kind", models.CharField(choices=[("work", "职业"), ("good", "挺好")], max_length=4)),
                ("value", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(fields=("visit_id", "kind"), name="one_answer_of_a_kind_per_visit")
                ],
            },
        ),
    ]
