"""Who is a natural person (with as little data as possible), and which account signs in for her?"""

from django.contrib.auth.models import AbstractUser
from django.db import models

from xiaojia.lib.ids import uuid7


class Account(AbstractUser):
    """A sign-in. Everything about the human being is in `Person`; mail is not needed."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS: list[str] = []  # noqa: RUF012
    must_change_password = models.BooleanField(default=False)

    class Meta:
        ordering = ["username"]


class Person(models.Model):
    """A natural person. Numbers are encrypted; equality is asked through keyed hashes only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    account = models.OneToOneField(Account, null=True, on_delete=models.SET_NULL, related_name="person")
    phone_encrypted = models.BinaryField(null=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    identity_kind = models.CharField(max_length=16, blank=True)
    identity_encrypted = models.BinaryField(null=True)
    identity_hash = models.CharField(max_length=64, blank=True, db_index=True)
    purpose = models.CharField(max_length=120, help_text="why this person's data are kept (PIPL art. 6)")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OneTimeLink(models.Model):
    """A link that lets somebody set a password once. Only the hash of its secret is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
