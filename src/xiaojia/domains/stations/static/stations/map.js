/* The diagram: where I am, rings of minutes, north, marks, names. With a reviewed base map, its tiles below. ES2019. */
(function () {
  "use strict";

  var box = document.getElementById("map");
  if (!box || !window.L) { return; }
  var say = window.xj.say;
  var words = box.dataset;
  var card = document.querySelector("[data-map-card]");
  var list = document.querySelector("[data-map-list]");
  var count = document.querySelector("[data-map-count]");
  var beside = Boolean(document.querySelector("[data-beside]"));
  var wide = window.matchMedia("(min-width: 900px)").matches;
  var NAMES_FROM = 11;
  var STREETS_FROM = 14;
  var FAR_SHARE = 0.1;
  var shown = [];
  var chosen = null;

  var map = L.map(box, { zoomControl: false, attributionControl: false, minZoom: 9, maxZoom: 18, zoomSnap: words.tiles ? 1 : 0.25, tap: false });
  var scale = L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 80 });
  scale._updateMetric = function (most) {
    var metres = this._getRoundNum(most);
    var said = metres < 1000 ? words.m.replace("{n}", metres) : words.km.replace("{n}", metres / 1000);
    this._updateScale(this._mScale, said, metres / most);
  };
  scale.addTo(map);
  var foot = document.querySelector("[data-map-foot]");
  foot.insertBefore(scale.getContainer(), foot.firstChild);
  if (wide) { L.control.zoom({ position: "bottomright" }).addTo(map); }
  if (words.tiles) { L.tileLayer(words.tiles, { maxZoom: 18 }).addTo(map); }

  function el(tag, css, text) {
    var made = document.createElement(tag);
    if (css) { made.className = css; }
    if (text) { made.textContent = text; }
    return made;
  }

  function symbol(id, css) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", css);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", words.sprite + "#" + id);
    svg.appendChild(use);
    return svg;
  }

  function label(text, css, at) {
    return L.marker(at, {
      interactive: false, keyboard: false, zIndexOffset: -1000,
      icon: L.divIcon({ className: "map-word " + css, html: el("span", "", text), iconSize: [0, 0] })
    });
  }

  /* Rings of minutes around the place one goes from. */
  function rings(from) {
    [1, 2, 3].forEach(function (n) {
      var parts = words["ring-" + n] || box.getAttribute("data-ring-" + n);
      if (!parts) { return; }
      var radius = Number(parts.split("|")[0]);
      L.circle(from, { radius: radius, interactive: false, className: "ring", fill: false, weight: 1.25 }).addTo(map);
      label(parts.split("|")[1], "ring-word", L.latLng(from[0] - radius / 111320, from[1])).addTo(map);
    });
  }

  function me(from, kind) {
    var accuracy = Number(new URLSearchParams(location.search).get("acc"));
    if (kind === "me" && accuracy) {
      L.circle(from, { radius: accuracy, interactive: false, className: "me-ring", stroke: false, fillOpacity: 1 }).addTo(map);
    }
    L.circleMarker(from, { radius: 9, interactive: false, className: "me", weight: 3, fillOpacity: 1 }).addTo(map);
  }

  function spot(station) {
    var body = el("span", "spot");
    body.appendChild(symbol("mark-" + station.state, "mark mark-" + station.state));
    body.appendChild(el("span", "spot-name", station.name));
    var marker = L.marker([station.lat, station.lng], {
      alt: station.name + "，" + station.pill, riseOnHover: true,
      icon: L.divIcon({ className: "spot-box", html: body, iconSize: [48, 48] })
    });
    marker.on("click", function () { choose(station, marker); });
    marker.on("add", function () {
      marker.getElement().setAttribute("role", "button");
      marker.getElement().setAttribute("aria-label", station.name + "，" + station.pill);
    });
    return marker;
  }

  function head(station) {
    var row = el("div", "station-head");
    row.appendChild(symbol("mark-" + station.state, "mark mark-" + station.state));
    var name = el("h2", "station-name");
    var link = el("a", "", station.name);
    link.href = station.url;
    name.appendChild(link);
    row.appendChild(name);
    if (station.far) { row.appendChild(el("span", "station-far", station.far)); }
    return row;
  }

  function state(station) {
    var row = el("div", "station-state");
    var pill = el("span", "pill pill-" + station.state);
    pill.appendChild(symbol("dot-" + station.state, "dot"));
    pill.appendChild(el("span", "", station.pill));
    row.appendChild(pill);
    if (station.mins) { row.appendChild(el("span", "station-mins", station.mins)); }
    return row;
  }

  function choose(station, marker) {
    if (chosen && chosen.getElement()) { chosen.getElement().classList.remove("is-on"); }
    chosen = marker;
    if (marker && marker.getElement()) { marker.getElement().classList.add("is-on"); }
    card.textContent = "";
    card.appendChild(head(station));
    card.appendChild(state(station));
    card.appendChild(el("p", "station-proof", station.proof));
    var row = el("div", "row");
    var more = el("a", "btn", words.more);
    more.href = station.url;
    var go = el("a", "btn btn-go");
    go.href = station.go;
    go.appendChild(symbol("go", "icon"));
    go.appendChild(document.createTextNode(words.go));
    row.appendChild(more);
    row.appendChild(go);
    card.appendChild(row);
    card.hidden = false;
  }

  /* The list beside the map mirrors what is seen; the list's own page has its own rows. */
  function mirror() {
    box.classList.toggle("has-names", map.getZoom() >= NAMES_FROM);
    box.classList.toggle("has-streets", map.getZoom() >= STREETS_FROM);
    declutter();
    if (!list) { return; }
    var bounds = map.getBounds();
    var seen = shown.filter(function (item) { return bounds.contains([item.station.lat, item.station.lng]); });
    list.textContent = "";
    seen.slice(0, 60).forEach(function (item) {
      var row = el("li", "station");
      row.appendChild(head(item.station));
      row.appendChild(state(item.station));
      row.appendChild(el("p", "station-proof", item.station.proof));
      list.appendChild(row);
    });
    count.textContent = count.dataset.mapCount.replace("{n}", seen.length);
  }

  /* Every name looks for a free side of its mark: below, above, right, left; where none is free it steps back. */
  var SIDES = ["", "at-top", "at-right", "at-left", "at-far", "at-far-top"];

  function rect(node, by) {
    var r = node.getBoundingClientRect();
    return { left: r.left + by, right: r.right - by, top: r.top + by, bottom: r.bottom - by, width: r.width };
  }

  function declutter() {
    var taken = [];
    var edge = rect(box, 0);
    function keep(selector, by) {
      Array.prototype.forEach.call(box.parentNode.querySelectorAll(selector), function (node) { taken.push(rect(node, by)); });
    }
    keep(".spot", 6);
    keep(".cluster", 0);
    keep("path.me", 0);
    keep(".north-mark", 0);
    keep(".map-foot", 0);
    keep(".map-card", 0);
    function free(r) {
      return r.left >= edge.left && r.right <= edge.right && r.top >= edge.top && !taken.some(function (t) {
        return r.left < t.right && t.left < r.right && r.top < t.bottom && t.top < r.bottom;
      });
    }
    function place(name) {
      if (!name) { return; }
      name.classList.remove("is-under");
      var found = SIDES.some(function (side) {
        SIDES.forEach(function (other) { if (other) { name.classList.remove(other); } });
        if (side) { name.classList.add(side); }
        var r = rect(name, 0);
        if (!r.width || !free(r)) { return false; }
        taken.push(r);
        return true;
      });
      if (!found) { name.classList.add("is-under"); }
    }
    Array.prototype.slice.call(box.querySelectorAll(".ring-word span")).reverse().forEach(place);
    Array.prototype.forEach.call(box.querySelectorAll(".is-district span"), place);
    shown.forEach(function (item) {
      var node = item.marker.getElement();
      place(node && node.querySelector(".spot-name"));
    });
    Array.prototype.forEach.call(box.querySelectorAll(".is-street span"), place);
  }

  /* A tap on the paper: from here. */
  function fromHere(event) {
    card.textContent = "";
    var go = el("button", "btn btn-go btn-wide", words.fromHere);
    go.type = "button";
    go.addEventListener("click", function () { window.xj.goFrom("map", event.latlng.lng, event.latlng.lat); });
    card.appendChild(go);
    card.hidden = false;
    if (fromHere.mark) { map.removeLayer(fromHere.mark); }
    fromHere.mark = L.circleMarker(event.latlng, { radius: 7, className: "tapped", weight: 3, interactive: false }).addTo(map);
  }

  function draw(data) {
    var clusters = L.markerClusterGroup({
      maxClusterRadius: 50, showCoverageOnHover: false, spiderfyOnMaxZoom: true, animate: false,
      iconCreateFunction: function (group) {
        return L.divIcon({ className: "", html: el("span", "cluster", String(group.getChildCount())), iconSize: [40, 40] });
      }
    });
    shown = data.stations.map(function (station) { return { station: station, marker: spot(station) }; });
    shown.forEach(function (item) { clusters.addLayer(item.marker); });
    data.places.forEach(function (place) { label(place.name, "place-word is-" + place.kind, [place.lat, place.lng]).addTo(map); });
    if (shown.length && data.from && !beside) { choose(shown[0].station, null); }
    view(data);
    map.addLayer(clusters);
    map.on("moveend", mirror);
    map.on("click", fromHere);
    mirror();
    setTimeout(declutter, 50);
    if (beside) { follow(); }
  }

  /* The box that holds the stations but for the few farthest, so that one far village does not shrink the city to a dot. */
  function middle(stations) {
    function ends(key) {
      var sorted = stations.map(function (s) { return s[key]; }).sort(function (a, b) { return a - b; });
      var cut = sorted.length < 8 ? 0 : Math.ceil(sorted.length * FAR_SHARE);
      return [sorted[cut], sorted[sorted.length - 1 - cut]];
    }
    var lat = ends("lat");
    var lng = ends("lng");
    return [[lat[0], lng[0]], [lat[1], lng[1]]];
  }

  function nearestMetres(from) {
    return Math.min.apply(null, shown.map(function (item) { return map.distance(from, [item.station.lat, item.station.lng]); }));
  }

  /* What the card covers: below on a phone, at the right on a desk. */
  function covered() {
    if (card.hidden) { return [16, 48]; }
    return wide ? [card.offsetWidth + 24, 24] : [8, card.offsetHeight + 44];
  }

  function view(data) {
    if (data.from) {
      var from = [data.from.lat, data.from.lng];
      var reach = Number((box.getAttribute("data-ring-3") || "800").split("|")[0]);
      if (shown.length) {
        reach = Math.min(50000, Math.max(reach, 1.2 * nearestMetres(from)));
      }
      var lat = reach / 111320;
      var lng = lat / Math.cos(from[0] * Math.PI / 180);
      map.fitBounds([[from[0] - lat, from[1] - lng], [from[0] + lat, from[1] + lng]], { paddingBottomRight: covered(), paddingTopLeft: [8, 8] });
      rings(from);
      me(from, data.from.at);
    } else if (data.stations.length) {
      map.fitBounds(middle(data.stations), { padding: [40, 40], maxZoom: 15 });
    } else if (data.centre) {
      map.setView([data.centre.lat, data.centre.lng], 11);
    } else {
      map.setView([35, 105], 9);
    }
  }

  /* Beside the list: a card under the pointer lights its mark. */
  function light(code, on) {
    shown.forEach(function (item) {
      var node = item.station.code === code && item.marker.getElement();
      if (node) { node.classList.toggle("is-on", on); }
    });
  }

  function follow() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-station]"), function (row) {
      ["mouseenter", "focusin"].forEach(function (name) { row.addEventListener(name, function () { light(row.dataset.station, true); }); });
      ["mouseleave", "focusout"].forEach(function (name) { row.addEventListener(name, function () { light(row.dataset.station, false); }); });
    });
  }

  fetch(words.url, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); })
    .then(draw)
    .catch(function () { map.setView([35, 105], 9); say(words.fail); });
})();
