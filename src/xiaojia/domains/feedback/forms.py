"""What does a worker type when something is wrong? A kind, a cause, perhaps a sentence and a photo."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaojia.domains.feedback.rules import TEXT_LIMIT
from xiaojia.lib.images import MAX_BYTES


class ReportForm(forms.Form):
    """Shape only; what is needed for which kind stands in the rules."""

    kind = forms.CharField(max_length=10, widget=forms.HiddenInput)
    key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": _("这个表单不完整，请刷新后再报一次。")}
    )
    why = forms.CharField(required=False, max_length=10)
    facility = forms.CharField(required=False, max_length=24)
    text = forms.CharField(
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("写得太长了，请缩短到%(limit_value)d个字以内。")},
    )
    photo = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": "image/*"}), allow_empty_file=True, max_length=200
    )

    def photo_bytes(self) -> bytes:
        """Return the photo's bytes, one more than is allowed at most, so that a huge one is named as such."""
        given = self.cleaned_data.get("photo")
        if not given:
            return b""
        return bytes(given.read(MAX_BYTES + 1)) or b"\x00"


def fresh_key() -> UUID:
    """Return a new idempotency key for a form about to be shown."""
    return uuid4()
