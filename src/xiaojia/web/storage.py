"""How are static files served? Hashed names and compressed copies when collected, plain names before that."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's hashed storage, lenient where the manifest has not been made yet (tests, first minutes)."""

    manifest_strict = False
