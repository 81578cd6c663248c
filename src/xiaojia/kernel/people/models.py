"""Who is a natural person (with as little data as possible), and which account signs in for her?"""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext as _

from xiaojia.kernel.audit.rules import Who
from xiaojia.lib.ids import uuid7


class Account(AbstractUser):
    """A sign-in. Everything about the human being is in `Person`; mail is not needed."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS: list[str] = []  # noqa: RUF012
    must_change_password = models.BooleanField(default=False)
    provider_subject = models.CharField(
        max_length=64,
        blank=True,
        help_text="keyed hash of issuer and sub: whom the identity provider first vouched for",
    )

    class Meta:
        ordering = ["username"]

    @property
    def who(self) -> Who:
        """The account as the doer of its own sign-in, before its posts are known."""
        return Who(str(self.pk), self.username)


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


class SignIn(models.Model):
    """A session of an account: what its owner needs to recognise it, and how far it has proved who is there.

    A session without its row is over. No cookie, no address and no browser's version are kept.
    """

    class Factor(models.TextChoices):
        NONE = "", "password alone"
        OWN = "own", "our second factor"
        PROVIDER = "provider", "the identity provider's"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    factor = models.CharField(max_length=8, choices=Factor, blank=True)
    device = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=48, blank=True, help_text="203.0.113.x: cut, never whole")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    @property
    def device_word(self) -> str:
        """The kind of device in the page's language, with the browser."""
        kind, *browser = self.device.split(" · ")
        return " · ".join([_(kind), *browser]) if kind else ""


class Attempt(models.Model):
    """A failed sign-in, or one under way. Names and networks are keyed hashes: what was typed is not kept."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=8, help_text='"password" or "code"')
    name_hash = models.CharField(max_length=64, db_collation="C")
    network_hash = models.CharField(max_length=64, db_collation="C")

    class Meta:
        indexes = (
            models.Index(fields=["name_hash", "at"], name="attempt_name"),
            models.Index(fields=["network_hash", "at"], name="attempt_network"),
            models.Index(fields=["at"], name="attempt_at"),
        )
