"""Do the deep links carry the right axis order, datum and encoding?"""

from xiaojia.lib.coordinates import Datum, Wgs84, haversine_m, parse_pair
from xiaojia.lib.maplinks import links

HERE = Wgs84(109.50816, 18.24781)


def test_exact_links() -> None:
    made = {link.key: link.url for link in links("海月广场驿站", "三亚湾路1号", HERE)}
    assert made["amap"] == (
        "https://uri.amap.com/marker?position=109.512255,18.246118"
        "&name=%E6%B5%B7%E6%9C%88%E5%B9%BF%E5%9C%BA%E9%A9%BF%E7%AB%99&src=xiaojia&coordinate=gaode&callnative=1"
    )
    assert made["baidu"] == (
        "https://api.map.baidu.com/marker?location=18.251856,109.518805"
        "&title=%E6%B5%B7%E6%9C%88%E5%B9%BF%E5%9C%BA%E9%A9%BF%E7%AB%99"
        "&content=%E4%B8%89%E4%BA%9A%E6%B9%BE%E8%B7%AF1%E5%8F%B7"
        "&output=html&coord_type=bd09ll&src=webapp.xiaojia.xiaojia"
    )
    assert made["tencent"] == (
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:18.246118,109.512255"
        ";title:%E6%B5%B7%E6%9C%88%E5%B9%BF%E5%9C%BA%E9%A9%BF%E7%AB%99"
        ";addr:%E4%B8%89%E4%BA%9A%E6%B9%BE%E8%B7%AF1%E5%8F%B7&coord_type=2&referer=xiaojia"
    )


def test_every_link_leads_back_to_the_point() -> None:
    datums = {}
    for link in links("a&b;c:d=e", "", HERE, src="sanya"):
        pasted = parse_pair(link.url)
        datums[link.key] = pasted.datum
        assert haversine_m(pasted.as_point().to_wgs84(), HERE) < 0.2
        assert "a%26b" in link.url
    assert datums == {"amap": Datum.GCJ02, "baidu": Datum.BD09, "tencent": Datum.GCJ02}


def test_a_name_cannot_break_the_tencent_marker() -> None:
    url = links("甲;addr:乙", "丙", HERE)[2].url
    assert url.count(";") == 2
    assert url.count(":") == 4  # https:, coord:, title:, addr:
