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
  var NAMES_FROM = 12;
  var STREETS_FROM = 14;
  var shown = [];
  var chosen = null;

  var map = L.map(box, { zoomControl: false, attributionControl: false, minZoom: 9, maxZoom: 18, zoomSnap: 0.5, tap: false });
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
  if (window.matchMedia("(min-width: 900px)").matches) { L.control.zoom({ position: "bottomright" }).addTo(map); }
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
      alt: station.name + "，" + station.pill, title: station.name, riseOnHover: true,
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

  /* The list beside the map mirrors what is seen. */
  function mirror() {
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
    box.classList.toggle("has-names", map.getZoom() >= NAMES_FROM);
    box.classList.toggle("has-streets", map.getZoom() >= STREETS_FROM);
    declutter();
  }

  /* Names that would lie on other names step back, the nearest stations' first in line. */
  function declutter() {
    var taken = Array.prototype.map.call(box.querySelectorAll(".spot, .cluster"), function (node) {
      var r = node.getBoundingClientRect();
      return { left: r.left + 5, right: r.right - 5, top: r.top + 5, bottom: r.bottom - 5 };
    });
    function place(name) {
      if (!name) { return; }
      name.classList.remove("is-under");
      var r = name.getBoundingClientRect();
      if (!r.width) { return; }
      var hit = taken.some(function (t) { return r.left < t.right && t.left < r.right && r.top < t.bottom && t.top < r.bottom; });
      if (hit) { name.classList.add("is-under"); } else { taken.push(r); }
    }
    shown.forEach(function (item) {
      var node = item.marker.getElement();
      place(node && node.querySelector(".spot-name"));
    });
    Array.prototype.forEach.call(box.querySelectorAll(".place-word span"), place);
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
      maxClusterRadius: 46, showCoverageOnHover: false, spiderfyOnMaxZoom: true, animate: false,
      iconCreateFunction: function (group) {
        return L.divIcon({ className: "", html: el("span", "cluster", String(group.getChildCount())), iconSize: [40, 40] });
      }
    });
    shown = data.stations.map(function (station) { return { station: station, marker: spot(station) }; });
    shown.forEach(function (item) { clusters.addLayer(item.marker); });
    data.places.forEach(function (place) { label(place.name, "place-word is-" + place.kind, [place.lat, place.lng]).addTo(map); });
    view(data);
    map.addLayer(clusters);
    map.on("moveend", mirror);
    map.on("click", fromHere);
    mirror();
    setTimeout(declutter, 50);
    if (shown.length && data.from) { choose(shown[0].station, null); }
  }

  function view(data) {
    if (data.from) {
      var from = [data.from.lat, data.from.lng];
      var reach = Number((box.getAttribute("data-ring-3") || "800").split("|")[0]);
      if (shown.length) {
        reach = Math.min(4 * reach, Math.max(reach, 1.15 * map.distance(from, [shown[0].station.lat, shown[0].station.lng])));
      }
      var lat = reach / 111320;
      var lng = lat / Math.cos(from[0] * Math.PI / 180);
      var low = window.innerWidth < 900 ? Math.min(200, box.clientHeight / 3) : 24;
      map.fitBounds([[from[0] - lat, from[1] - lng], [from[0] + lat, from[1] + lng]], { paddingBottomRight: [8, low], paddingTopLeft: [8, 8] });
      rings(from);
      me(from, data.from.at);
    } else if (data.stations.length) {
      map.fitBounds(data.stations.map(function (s) { return [s.lat, s.lng]; }), { padding: [40, 40], maxZoom: 15 });
    } else if (data.centre) {
      map.setView([data.centre.lat, data.centre.lng], 11);
    } else {
      map.setView([35, 105], 9);
    }
  }

  fetch(words.url, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); })
    .then(draw)
    .catch(function () { map.setView([35, 105], 9); say(words.fail); });
})();
