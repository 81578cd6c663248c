/* Keeps the shell, the last list and the stations looked at, so that the page opens without a line. Never the office, never a POST. */
"use strict";

const SHELL = "shell-" + self.XJ.version;
const PAGES = "pages-1";
const KEPT_LIST = "/?kept";
const OFFLINE = "/offline/";
const WAIT_MS = 6000;
const PAGE_LIMIT = 40;
const STATION = /^\/s\/[A-Z0-9-]+\/$/;
const NEVER = /^\/(office|k|api|set|accounts)\/|\/(in|go|pin|report|arrived)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL)
      .then((cache) => cache.addAll(self.XJ.shell.concat(OFFLINE)))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL && name !== PAGES).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || NEVER.test(url.pathname)) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(fromShell(request));
  } else if (request.mode === "navigate") {
    event.respondWith(page(event, url));
  } else if (url.pathname === "/stations.json") {
    event.respondWith(page(event, url));
  }
});

/* Static files: the kept one at once (their names change with their content), the net for the others. */
async function fromShell(request) {
  const kept = await caches.match(request, { ignoreSearch: false });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && /\/vendor\/|\.(css|js|svg)$/.test(new URL(request.url).pathname)) {
    const cache = await caches.open(SHELL);
    cache.put(request, answer.clone());
  }
  return answer;
}

/* Pages: the net first; without a line, or after some seconds, the one kept. */
async function page(event, url) {
  const key = keyOf(url);
  const kept = key ? await caches.match(key) : undefined;
  const net = fetch(event.request).then((answer) => {
    if (answer.ok && key && !answer.redirected) event.waitUntil(keep(key, answer.clone()));
    return answer;
  });
  try {
    return await (kept ? Promise.race([net, late()]) : net);
  } catch (error) {
    net.catch(() => {});
    return kept || (await caches.match(OFFLINE)) || Response.error();
  }
}

function keyOf(url) {
  if (url.pathname === "/") return KEPT_LIST;
  if (url.pathname === "/map/") return "/map/?kept";
  if (url.pathname === "/stations.json") return "/stations.json?kept";
  return STATION.test(url.pathname) ? url.pathname : "";
}

function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), WAIT_MS));
}

async function keep(key, answer) {
  const headers = new Headers(answer.headers);
  headers.set("x-kept-at", new Date().toISOString());
  const cache = await caches.open(PAGES);
  await cache.put(key, new Response(await answer.blob(), { status: answer.status, headers }));
  const keys = await cache.keys();
  const old = keys.filter((request) => STATION.test(new URL(request.url).pathname));
  await Promise.all(old.slice(0, Math.max(0, old.length - PAGE_LIMIT)).map((request) => cache.delete(request)));
}
