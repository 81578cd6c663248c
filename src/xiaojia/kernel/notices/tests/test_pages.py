"""Does a message reach its inbox, and nobody else's?"""

from xiaojia.kernel.notices.actions import tell


def test_each_reads_the_own_inbox(sign_in, cast):
    tell([cast.account("officer").pk], kind="test", text="某站有人反映", url="/office/stations/SY-0001/")
    client = sign_in("officer", cast)
    html = client.get("/office/inbox/").content.decode()
    assert "某站有人反映" in html
    assert client.get("/office/").context["inbox_count"] == 1
    client.post("/office/inbox/read/")
    assert client.get("/office/").context["inbox_count"] == 0
    assert "某站有人反映" not in sign_in("leader", cast).get("/office/inbox/").content.decode()
