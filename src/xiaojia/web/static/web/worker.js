/* What the worker's pages do beyond plain links and forms. Everything works without it, except the map. ES2019. */
(function () {
  "use strict";

  var STALE_MS = 2 * 60000;
  var YEAR_S = 31536000;

  function all(selector, then) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), then);
  }

  function say(text) {
    var box = document.querySelector("[data-toast]");
    if (!box) {
      box = document.createElement("div");
      box.className = "toast";
      box.setAttribute("role", "status");
      box.setAttribute("data-toast", "");
      document.body.appendChild(box);
    }
    box.textContent = text;
    box.hidden = false;
    clearTimeout(say.timer);
    say.timer = setTimeout(function () { box.hidden = true; }, 4000);
  }

  /* Position: asked for by a tap alone; 4 decimals (11 m) go into the address, 3 (110 m) stay on the phone. */
  function keepPlace(lng, lat) {
    var bound = location.protocol === "https:";
    document.cookie = (bound ? "__Host-" : "") + "xj_place=" + lng.toFixed(3) + "," + lat.toFixed(3) + "; path=/; max-age=" + YEAR_S + "; samesite=lax" + (bound ? "; secure" : "");
  }

  function goFrom(kind, lng, lat, more) {
    var query = new URLSearchParams(location.search);
    ["d", "page", "acc"].forEach(function (name) { query.delete(name); });
    query.set("at", kind);
    query.set("lng", lng.toFixed(4));
    query.set("lat", lat.toFixed(4));
    if (more) { query.set("acc", more); }
    keepPlace(lng, lat);
    location.assign((document.body.dataset.page === "map" ? "/map/" : "/") + "?" + query);
  }

  function locate(button) {
    var text = button.querySelector("[data-locate-text]") || null;
    var before = text ? text.textContent : "";
    function told(words) {
      if (text) { text.textContent = words; }
      if (!text || words !== button.dataset.wait) { say(words); }
    }
    told(button.dataset.wait);
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      function (found) {
        var acc = Math.min(2000, Math.max(10, Math.round(found.coords.accuracy / 10) * 10));
        goFrom("me", found.coords.longitude, found.coords.latitude, acc);
      },
      function (error) {
        button.disabled = false;
        told(error.code === 1 ? button.dataset.refused : button.dataset.failed);
        if (text && error.code !== 1) { setTimeout(function () { text.textContent = before; }, 6000); }
      },
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 }
    );
  }

  if (navigator.geolocation && window.isSecureContext) {
    all("button[data-locate]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { locate(button); });
    });
  }

  /* Age: an open page says how old it is, and asks anew when one comes back to it. */
  function ageMinutes(at) {
    return Math.floor((Date.now() - new Date(at).getTime()) / 60000);
  }

  function ageWords(el, minutes) {
    return minutes < 60 ? el.dataset.age.replace("{n}", minutes) : el.dataset.ageHours.replace("{n}", Math.floor(minutes / 60));
  }

  function showAge() {
    var minutes = ageMinutes(document.body.dataset.madeAt);
    all(".age-line", function (el) {
      el.hidden = minutes < 2 && navigator.onLine;
      el.textContent = (navigator.onLine ? "" : el.dataset.offline) + ageWords(el, Math.max(1, minutes));
    });
  }

  function cameBack() {
    if (document.hidden) { return; }
    showAge();
    var old = Date.now() - new Date(document.body.dataset.madeAt).getTime() > STALE_MS;
    var busy = document.body.dataset.page === "map";
    if (old && navigator.onLine && !busy && !document.body.dataset.again) {
      document.body.dataset.again = "1";
      fetch(location.href, { method: "HEAD", credentials: "same-origin" })
        .then(function (answer) { if (answer.ok) { location.reload(); } })
        .catch(function () { delete document.body.dataset.again; });
    }
  }

  if (document.body.dataset.madeAt) {
    showAge();
    setInterval(showAge, 30000);
    document.addEventListener("visibilitychange", cameBack);
    window.addEventListener("focus", cameBack);
    window.addEventListener("online", cameBack);
    window.addEventListener("offline", showAge);
    window.addEventListener("pageshow", function (event) { if (event.persisted) { cameBack(); } });
  }

  /* Share, copy, back. */
  function copied(text, done) {
    var field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "sr-only";
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    document.body.removeChild(field);
    say(done);
  }

  function copy(text, done) {
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { say(done); }, function () { copied(text, done); });
    } else {
      copied(text, done);
    }
  }

  all("[data-copy]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { copy(button.dataset.copy, button.dataset.done); });
  });

  all("[data-share]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var url = location.origin + location.pathname;
      if (navigator.share) {
        navigator.share({ title: button.dataset.share, url: url }).catch(function () {});
      } else {
        copy(url, button.dataset.done);
      }
    });
  });

  all("[data-back]", function (link) {
    link.addEventListener("click", function (event) {
      if (document.referrer.indexOf(location.origin + "/") === 0 && history.length > 1) {
        event.preventDefault();
        history.back();
      }
    });
  });

  /* The row of filters stays where it was pushed to. */
  all("[data-keep-scroll]", function (row) {
    try {
      row.scrollLeft = Number(sessionStorage.getItem("xj_chips")) || 0;
      window.addEventListener("pagehide", function () { sessionStorage.setItem("xj_chips", row.scrollLeft); });
    } catch (error) { /* storage may be shut off */ }
  });

  /* Forms: a second tap on the way does nothing; a chosen photo says its name. */
  all("form[method=post]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      setTimeout(function () { delete form.dataset.sent; }, 8000);
    });
  });

  all(".file input[type=file]", function (input) {
    input.addEventListener("change", function () {
      var words = input.parentNode.querySelector("span");
      if (words && input.files[0]) { words.textContent = input.files[0].name; }
    });
  });

  /* Offline: the page kept last, where a service worker exists. */
  if ("serviceWorker" in navigator && window.isSecureContext) {
    window.addEventListener("load", function () { navigator.serviceWorker.register("/sw.js").catch(function () {}); });
  }
  all("[data-kept-list]", function (el) {
    if (!("caches" in window)) { return; }
    caches.match("/?kept").then(function (kept) {
      var at = kept && kept.headers.get("x-kept-at");
      if (at) { el.textContent = ageWords(el, Math.max(1, ageMinutes(at))); el.hidden = false; }
    });
  });

  window.xj = { say: say, goFrom: goFrom };

  /* On a wide screen the diagram stands beside the list; a phone never loads it. */
  all("[data-beside]", function (aside) {
    if (!window.matchMedia("(min-width: 1000px)").matches) { return; }
    aside.dataset.css.split(" ").forEach(function (href) {
      var link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = href;
      document.head.appendChild(link);
    });
    aside.dataset.js.split(" ").forEach(function (src) {
      var script = document.createElement("script");
      script.src = src;
      script.async = false;
      document.body.appendChild(script);
    });
  });
})();
