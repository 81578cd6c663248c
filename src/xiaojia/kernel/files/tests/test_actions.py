"""Are bytes kept once, whole, and read back?"""

import io

import pytest
from django.conf import settings

from xiaojia.kernel.files import queries
from xiaojia.kernel.files.actions import forget, store
from xiaojia.kernel.files.models import File

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(tmp_path):
    return sorted(p for p in (tmp_path / "sheet").rglob("*") if p.is_file())


def test_bytes_come_back_as_they_went_in(tmp_path):
    file = store(b"name\n\xe7\xab\x99", kind="sheet", media_type="text/csv", original_name="a.csv")
    assert queries.read(file) == b"name\n\xe7\xab\x99"
    assert (file.size_bytes, len(file.sha256), file.original_name) == (8, 64, "a.csv")
    assert queries.path_of(file).stat().st_mode & 0o077 == 0


def test_equal_bytes_lie_on_disk_once(tmp_path):
    one = store(b"same", kind="sheet", media_type="text/csv", original_name="a.csv")
    two = store(io.BytesIO(b"same"), kind="sheet", media_type="text/csv", original_name="b.csv")
    assert one.pk != two.pk
    assert len(kept(tmp_path)) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


def test_bytes_go_only_with_the_last_row(tmp_path):
    one = store(b"same", kind="sheet", media_type="text/csv")
    source = tmp_path / "source"
    source.write_bytes(b"same")
    two = store(source, kind="sheet", media_type="text/csv")
    forget(one)
    assert queries.read(two) == b"same"
    forget(two)
    assert kept(tmp_path) == []
    assert File.objects.count() == 0


def test_a_thumbnail_lies_beside_its_photo():
    file = store(b"photo", kind="photo", media_type="image/jpeg", thumb=b"small")
    assert queries.thumb_path_of(file).read_bytes() == b"small"
    assert str(settings.MEDIA_ROOT) in str(queries.thumb_path_of(file))
