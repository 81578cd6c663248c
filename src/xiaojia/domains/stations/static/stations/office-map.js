// The office's maps on Leaflet: all stations beside their list, one station small, and the picker of a position.
// [data-map="stations" | "mini" | "pick"]; borders come from [data-borders]; no tiles, so no key and no outside address.

const STATES = ["confirmed", "posted", "unknown", "closed"];

function mark(state, sprite, on = false) {
  const known = STATES.includes(state) ? state : "unknown";
  const html = `<span class="spot${on ? " is-on" : ""}"><svg class="mark mark-${known}" aria-hidden="true"><use href="${sprite}#mark-${known}"></use></svg></span>`;
  return L.divIcon({ className: "", html, iconSize: [34, 34], iconAnchor: [17, 17] });
}

function make(box) {
  const map = L.map(box, { attributionControl: false, zoomControl: box.dataset.map !== "mini", keyboard: box.dataset.map !== "mini", minZoom: 4, maxZoom: 19 });
  L.control.scale({ imperial: false }).addTo(map);
  map.setView([35, 105], 5);
  return map;
}

async function borders(map, box, fit) {
  try {
    const answer = await fetch(box.dataset.borders, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const layer = L.geoJSON(await answer.json(), {
      interactive: false,
      style: { className: "border-line" },
      onEachFeature: (feature, shape) => shape.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "district-name" }),
    }).addTo(map);
    layer.bringToBack();
    if (fit && layer.getBounds().isValid()) map.fitBounds(layer.getBounds(), { padding: [16, 16] });
  } catch {
    // Without borders the map still shows the stations.
  }
}

function place(link) {
  return L.latLng(Number(link.dataset.lat), Number(link.dataset.lng));
}

function stations(box) {
  const map = make(box);
  const list = document.getElementById(box.dataset.rows);
  const links = [...list.querySelectorAll("a[data-lng]")];
  const group = L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 44,
    iconCreateFunction: (cluster) => L.divIcon({ className: "", html: `<span class="cluster">${cluster.getChildCount()}</span>`, iconSize: [36, 36] }),
  });
  for (const link of links) {
    const marker = L.marker(place(link), { icon: mark(link.dataset.state, box.dataset.sprite), title: link.dataset.name, alt: link.dataset.name });
    marker.on("click", () => link.click());
    marker.on("keypress", (event) => { if (event.originalEvent.key === "Enter") link.click(); });
    link.addEventListener("mouseenter", () => marker.setIcon(mark(link.dataset.state, box.dataset.sprite, true)));
    link.addEventListener("mouseleave", () => marker.setIcon(mark(link.dataset.state, box.dataset.sprite)));
    group.addLayer(marker);
  }
  map.addLayer(group);
  if (links.length) map.fitBounds(group.getBounds(), { padding: [24, 24], maxZoom: 15 });
  borders(map, box, !links.length);
  const count = list.querySelector("[data-map-count]");
  const mirror = () => {
    const seen = map.getBounds();
    let shown = 0;
    for (const link of links) {
      link.hidden = !seen.contains(place(link));
      if (!link.hidden) shown += 1;
    }
    count.textContent = `${shown} / ${links.length}`;
  };
  map.on("moveend", mirror);
  mirror();
}

function sprite() {
  const use = document.querySelector("svg use");
  return (use?.getAttribute("href") || "").split("#")[0];
}

function mini(box) {
  const map = make(box);
  const at = place(box);
  map.setView(at, 14);
  L.marker(at, { icon: mark(box.dataset.state, sprite()), interactive: false, keyboard: false }).addTo(map);
  borders(map, box, false);
}

function pick(box) {
  const map = make(box);
  const form = box.closest("form");
  const lng = form.querySelector("[data-pick-lng]");
  const lat = form.querySelector("[data-pick-lat]");
  const said = form.querySelector("[data-pick-said]");
  let marker = null;
  const set = (at) => {
    const icon = mark("confirmed", box.dataset.sprite, true);
    if (marker) marker.setLatLng(at);
    else marker = L.marker(at, { icon, draggable: true, keyboard: false }).addTo(map).on("dragend", () => choose(marker.getLatLng()));
  };
  const choose = (at) => {
    set(at);
    lng.value = at.lng.toFixed(6);
    lat.value = at.lat.toFixed(6);
    for (const name of ["received", "received_datum", "source"]) form.querySelector(`[name="${name}"]`)?.remove();
    said.textContent = `${lng.value}, ${lat.value}`;
  };
  if (box.dataset.lng) {
    map.setView(place(box), 15);
    set(place(box));
  } else if (box.dataset.centreLng) map.setView([Number(box.dataset.centreLat), Number(box.dataset.centreLng)], 11);
  borders(map, box, !box.dataset.lng && !box.dataset.centreLng);
  map.on("click", (event) => choose(event.latlng));
}

const kinds = { stations, mini, pick };
for (const box of document.querySelectorAll("[data-map]")) if (window.L && kinds[box.dataset.map]) kinds[box.dataset.map](box);
