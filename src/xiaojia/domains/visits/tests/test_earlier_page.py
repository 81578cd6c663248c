"""Can an officer enter figures from before the system, once, with their source, and take a wrong one out?"""

import pytest

from xiaojia.domains.visits.models import EarlierCount
from xiaojia.kernel.audit.models import Entry

pytestmark = pytest.mark.django_db
URL = "/office/visits/earlier/"


def figure(cast, **more):
    return {
        "org": cast.district.pk, "first_day": "2023-01-01", "last_day": "2023-06-30", "visits": "100000",
        "source": "工人日报2023-11-20",
    } | more  # fmt: skip


def test_a_figure_is_entered_once_however_often_it_is_sent(cast, sign_in):
    client = sign_in("district", cast)
    for _ in range(2):
        assert client.post(URL, figure(cast)).status_code == 302
    row = EarlierCount.objects.get()
    assert (row.visits, row.source, row.entered_by) == (100_000, "工人日报2023-11-20", "测试district")
    assert Entry.objects.filter(verb="visits.earlier_entered").count() == 1
    assert "100,000" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"last_day": "2022-01-01"}, "早于开始日期"), ({"source": ""}, "source"), ({"visits": "很多"}, "visits")],
)
def test_a_wrong_one_is_refused_beside_its_field_and_keeps_what_was_typed(cast, sign_in, wrong, said):
    answer = sign_in("district", cast).post(URL, figure(cast, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 400 and said in page
    assert 'value="2023-01-01"' in page
    assert EarlierCount.objects.count() == 0


def test_somebody_elses_organisation_is_no_choice(cast, sign_in):
    assert sign_in("outsider", cast).post(URL, figure(cast)).status_code == 400
    assert EarlierCount.objects.count() == 0


def test_it_is_taken_out_by_its_owner_alone_and_the_log_keeps_it(cast, sign_in):
    sign_in("district", cast).post(URL, figure(cast))
    row = EarlierCount.objects.get()
    assert sign_in("outsider", cast).post(f"{URL}{row.pk}/remove/").status_code == 400
    assert EarlierCount.objects.count() == 1
    for _ in range(2):
        assert sign_in("district", cast).post(f"{URL}{row.pk}/remove/").status_code == 302
    assert EarlierCount.objects.count() == 0
    assert Entry.objects.get(verb="visits.earlier_removed").details["visits"] == 100_000
