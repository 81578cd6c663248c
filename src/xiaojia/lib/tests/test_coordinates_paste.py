"""Is the right position read from what people paste, and is everything else refused in clear words?"""

import pytest

from xiaojia.lib.coordinates import CoordinateError, Datum, Wgs84, parse_pair


@pytest.mark.parametrize(
    "text",
    [
        "113.56,34.81",
        "34.81, 113.56",
        "113.56，34.81",
        "113.56\t34.81",
        "(113.56 34.81)",
        "113.56°, 34.81°",
        "经度：113.56 纬度：34.81",
        "纬度34.81，经度113.56",
        "lat: 34.81, lng: 113.56",
        "北纬34.81° 东经113.56°",
        "N34.81 E113.56",
        "34.81N, 113.56E",
        "113°33'36\"E 34°48'36\"N",
        "34°48′36″N 113°33′36″E",
        "113度33分36秒，34度48分36秒",
        "北纬34°48.6′，东经113°33.6′",
        "N 34° 48' 36'' E 113° 33' 36''",
    ],
)
def test_pairs_in_any_order_and_spelling(text: str) -> None:
    pasted = parse_pair(text)
    assert (pasted.lng, pasted.lat) == pytest.approx((113.56, 34.81), abs=1e-9)
    assert pasted.datum is None


@pytest.mark.parametrize(
    ("url", "datum", "source"),
    [
        ("https://uri.amap.com/marker?position=113.56,34.81&name=%E9%A9%BF%E7%AB%99", Datum.GCJ02, "amap"),
        ("https://uri.amap.com/marker?position=113.56,34.81&coordinate=wgs84", Datum.WGS84, "amap"),
        ("https://uri.amap.com/marker?markers=113.56,34.81,%E9%A9%BF%E7%AB%99", Datum.GCJ02, "amap"),
        ("https://uri.amap.com/navigation?to=113.56,34.81,end&mode=walk", Datum.GCJ02, "amap"),
        ("https://www.amap.com/?q=34.81,113.56,%E9%A9%BF%E7%AB%99", Datum.GCJ02, "amap"),
        ("https://wb.amap.com/?p=B0FFG8ABCD,34.81,113.56,%E9%A9%BF%E7%AB%99,%E8%B7%AF1%E5%8F%B7", Datum.GCJ02, "amap"),
        ("http://m.amap.com/share/index/__q=34.81,113.56,x", Datum.GCJ02, "amap"),
        ("https://ditu.amap.com/regeo?lng=113.56&lat=34.81&name=x", Datum.GCJ02, "amap"),
        ("androidamap://viewMap?sourceApplication=x&lat=34.81&lon=113.56&dev=1", Datum.WGS84, "amap"),
        ("https://api.map.baidu.com/marker?location=34.81,113.56&title=x&output=html", Datum.BD09, "baidu"),
        ("https://api.map.baidu.com/marker?location=34.81,113.56&coord_type=gcj02", Datum.GCJ02, "baidu"),
        (
            "https://api.map.baidu.com/direction?destination=name:x|latlng:34.81,113.56&mode=walking",
            Datum.BD09,
            "baidu",
        ),
        ("baidumap://map/marker?location=34.81,113.56&coord_type=wgs84", Datum.WGS84, "baidu"),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:34.81,113.56;title:x;addr:y", Datum.GCJ02, "tencent"),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:34.81,113.56&coord_type=1", Datum.WGS84, "tencent"),
        ("https://apis.map.qq.com/uri/v1/routeplan?type=walk&tocoord=34.81,113.56", Datum.GCJ02, "tencent"),
        ("https://map.qq.com/?type=marker&isopeninfowin=1&pointx=113.56&pointy=34.81", Datum.GCJ02, "tencent"),
        ("https://www.google.com/maps/place/x/@34.9,113.9,17z/data=!3m1!8m2!3d34.81!4d113.56", None, "google"),
        ("https://www.google.com/maps/@34.81,113.56,17z", None, "google"),
        ("https://maps.google.com/?q=34.81,113.56", None, "google"),
        ("https://maps.apple.com/?ll=34.81,113.56&q=x", None, "apple"),
        ("https://www.openstreetmap.org/?mlat=34.81&mlon=113.56#map=17/34.9/113.9", Datum.WGS84, "osm"),
        ("https://www.openstreetmap.org/#map=17/34.81/113.56", Datum.WGS84, "osm"),
        ("geo:34.81,113.56;u=20", Datum.WGS84, "geo"),
        ("geo:0,0?q=34.81,113.56(x)", Datum.WGS84, "geo"),
        ("海月广场驿站，路1号 https://www.amap.com/?q=34.81,113.56,x 复制打开", Datum.GCJ02, "amap"),
    ],
)
def test_share_links(url: str, datum: Datum | None, source: str) -> None:
    pasted = parse_pair(url)
    assert (pasted.lng, pasted.lat, pasted.datum, pasted.source) == (113.56, 34.81, datum, source)


def test_baidu_page_address_is_in_metres() -> None:
    pasted = parse_pair("https://map.baidu.com/poi/%E5%B8%82/@12693763.634,3874151.929,19z?uid=1")
    assert pasted.datum == Datum.BD09
    assert (pasted.lng, pasted.lat) == pytest.approx((114.0287781, 33.0176697), abs=2e-7)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_coordinates"),
        ("海月广场东侧", "not_coordinates"),
        ("113.56", "not_coordinates"),
        ("113.56,34.81,12", "not_coordinates"),
        ("113°75'00\"E 34°48'36\"N", "not_coordinates"),
        ("45.5, 46.5", "ambiguous"),
        ("341.2, 113.5", "out_of_range"),
        ("12693763.634,3874151.929", "metres"),
        ("https://surl.amap.com/abc123", "short_link"),
        ("https://j.map.baidu.com/ab/cde", "short_link"),
        ("https://maps.app.goo.gl/xyz", "short_link"),
        ("https://www.amap.com/place/B0FFG8ABCD", "no_coordinates_in_link"),
        ("https://[113.5,34.8", "no_coordinates_in_link"),
        ("https://example.org/?q=34.81,113.56", "no_coordinates_in_link"),
        ("https://uri.amap.com/marker?markers=113.5,34.8,a|113.6,34.9,b", "several_points"),
        ("https://uri.amap.com/marker?position=34.81,113.56", "out_of_range"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    with pytest.raises(CoordinateError) as error:
        parse_pair(text)
    assert error.value.code == code
    assert "%(" not in str(error.value)


def test_the_persons_answer_settles_an_open_datum_only() -> None:
    assert parse_pair("113.56,34.81").as_point("wgs84") == Wgs84(113.56, 34.81)
    assert parse_pair("geo:34.81,113.56").as_point("bd09") == Wgs84(113.56, 34.81)
    with pytest.raises(CoordinateError) as error:
        parse_pair("113.56,34.81").as_point()
    assert error.value.code == "datum_unknown"
