// The tap on a weak line: sent at once, or kept on the phone and sent later with its age. Works on Chrome 80; the form works without it.
(function () {
  "use strict";
  var BOX = "xj_outbox";
  var DAY_MS = 24 * 3600 * 1000;
  var form = document.querySelector("[data-checkin]");
  var words = document.querySelector("[data-words]");
  var said = words ? words.dataset : {};
  var sending = false;
  var timer = 0;

  function read() {
    try { return JSON.parse(localStorage.getItem(BOX) || "[]"); } catch (error) { return []; }
  }

  function write(items) {
    try { localStorage.setItem(BOX, JSON.stringify(items)); return true; } catch (error) { return false; }
  }

  // Elapsed time: within one page by the monotonic clock, else by the difference of the phone's own clock.
  function ageS(item) {
    var same = item.origin === performance.timeOrigin;
    var ms = same ? performance.now() - item.mark : Date.now() - item.wall;
    return Math.max(0, ms / 1000);
  }

  function send(item) {
    var body = new URLSearchParams(item.body);
    body.set("age_s", ageS(item).toFixed(1));
    return fetch(item.url, {
      method: "POST", body: body, credentials: "same-origin",
      headers: { Accept: "application/json" },
    }).then(function (response) {
      var waitS = parseInt(response.headers.get("Retry-After"), 10) || 5;
      return response.json().then(function (data) { return { status: response.status, data: data, waitS: waitS }; });
    });
  }

  function show() {
    var line = document.querySelector("[data-kept]");
    var list = document.querySelector("[data-kept-list]");
    if (!line || !list) return;
    var items = read();
    var text = line.querySelector("[data-text]");
    if (!text.textContent) text.textContent = text.dataset.text;
    line.hidden = items.length === 0;
    list.hidden = items.length === 0;
    list.textContent = "";
    items.forEach(function (item) {
      var row = document.createElement("li");
      row.textContent = item.name + " · " + new Date(item.wall).toTimeString().slice(0, 5);
      list.appendChild(row);
    });
  }

  function drop(key) {
    write(read().filter(function (item) { return item.key !== key; }));
    show();
  }

  // One after the other; what the server has answered is gone from the phone, whatever the answer was.
  function replay() {
    var next = read()[0];
    if (!next || sending) return;
    if (Date.now() - next.wall > DAY_MS) { drop(next.key); replay(); return; }
    sending = true;
    send(next).then(function (answer) {
      sending = false;
      if (answer.status === 429 || answer.status >= 500) { later(answer.waitS); return; }
      drop(next.key);
      if (form && next.key === form.elements.key.value && answer.status === 200) location.assign(answer.data.url);
      else replay();
    }, function () { sending = false; });
  }

  // Not all at once: those who were told to wait come back spread over some seconds.
  function later(waitS) {
    clearTimeout(timer);
    timer = setTimeout(replay, waitS * 1000 + Math.random() * 3000);
  }

  function submit(event) {
    event.preventDefault();
    var button = form.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    var label = button.textContent;
    button.textContent = said.sending || label;
    var item = {
      url: form.getAttribute("action"), body: new URLSearchParams(new FormData(form)).toString(),
      key: form.elements.key.value, name: form.dataset.name,
      wall: Date.now(), origin: performance.timeOrigin, mark: performance.now(),
    };
    var kept = write(read().concat([item]));
    send(item).then(function (answer) {
      if (kept && answer.status !== 429 && answer.status < 500) drop(item.key);
      if (answer.status === 200) { location.assign(answer.data.url); return; }
      button.disabled = false;
      button.textContent = label;
      trouble(answer.data.message);
      show();
      if (kept && (answer.status === 429 || answer.status >= 500)) later(answer.waitS);
    }, function () {
      button.textContent = label;
      if (!kept) { button.disabled = false; form.submit(); return; }
      show();
    });
  }

  function trouble(text) {
    var line = document.querySelector("[data-trouble]");
    if (!line) {
      line = document.createElement("p");
      line.className = "notice notice-trouble";
      line.setAttribute("role", "alert");
      line.setAttribute("data-trouble", "");
      form.parentNode.insertBefore(line, form);
    }
    line.textContent = text;
  }

  // Great-circle distance in metres.
  function metres(lng1, lat1, lng2, lat2) {
    var r = Math.PI / 180;
    var a = Math.pow(Math.sin((lat2 - lat1) * r / 2), 2) +
      Math.cos(lat1 * r) * Math.cos(lat2 * r) * Math.pow(Math.sin((lng2 - lng1) * r / 2), 2);
    return 12742000 * Math.asin(Math.sqrt(a));
  }

  function askNear(event) {
    var button = event.currentTarget;
    var line = button.parentNode;
    navigator.geolocation.getCurrentPosition(function (fix) {
      var far = metres(fix.coords.longitude, fix.coords.latitude, +form.dataset.lng, +form.dataset.lat);
      var near = far <= +form.dataset.limit;
      form.elements.near.value = near ? "1" : "0";
      line.classList.toggle("is-yes", near);
      button.lastChild.textContent = near ? said.nearYes : said.nearNo;
    }, function () {
      button.lastChild.textContent = said.nearFail;
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  }

  function stepper(event) {
    var button = event.target.closest("[data-step]");
    if (!button) return;
    var box = form.elements.people;
    var value = (parseInt(box.value, 10) || 0) + parseInt(button.dataset.step, 10);
    box.value = Math.min(+box.max, Math.max(+box.min, value));
  }

  if (form) {
    form.addEventListener("submit", submit);
    form.addEventListener("click", stepper);
    form.querySelectorAll("[data-step]").forEach(function (button) { button.hidden = false; });
    var ask = form.querySelector("[data-near-ask]");
    if (ask && "geolocation" in navigator && window.isSecureContext !== false) {
      form.querySelector("[data-near]").hidden = false;
      form.querySelector("[data-near-note]").hidden = false;
      ask.addEventListener("click", askNear);
    }
  }
  window.addEventListener("online", replay);
  show();
  replay();
})();
