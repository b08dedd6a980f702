// Brings news into the page: fetches it again after each change and swaps the parts that differ. Without it, reloading does the same.
"use strict";

const touched = new WeakSet(); // forms that somebody is filling in
let fetching = false, again = false;
let seen = document.currentScript.dataset.revision; // what the page shows: a change may come before the first event

function isBusy(part) {
  const form = part.matches("form") ? part : null;
  return form !== null && ("typed" in form.dataset || touched.has(form) || form.contains(document.activeElement));
}

function swap(part, fresh) {
  const open = new Map([...part.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  const known = new Set([...part.querySelectorAll("[id]")].map((e) => e.id));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(...document.adoptNode(fresh).childNodes);
  for (const details of part.querySelectorAll("details[id]")) {
    if (open.has(details.id)) details.open = open.get(details.id);
  }
  for (const item of part.querySelectorAll(".card[id], .entry[id]")) {
    item.classList.toggle("new", !known.has(item.id));
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const lang = document.documentElement.lang;
    const reply = await fetch("/?lang=" + lang, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (other && !isBusy(part) && part.dataset.was !== other.innerHTML && part.innerHTML !== other.innerHTML) {
        part.dataset.was = other.innerHTML;
        swap(part, other);
      }
    }
    startClock();
  } finally {
    fetching = false;
    if (again) { again = false; refresh(); }
  }
}

// The sandbox's wall clock, ticking from what the server said. It is Prague's, so it is reckoned without this machine's zone.
let tick = 0;
function startClock() {
  clearInterval(tick);
  const now = document.getElementById("now");
  if (!("running" in now.dataset)) return;
  const ahead = Date.parse(now.dataset.wall + "Z") - Date.now();
  const two = (n) => String(n).padStart(2, "0");
  const shape = now.textContent;
  tick = setInterval(() => {
    const at = new Date(Date.now() + ahead);
    const time = two(at.getUTCMinutes()) + ":" + two(at.getUTCSeconds());
    const hour = document.documentElement.lang === "cs" ? String(at.getUTCHours()) : two(at.getUTCHours());
    const sameDay = at.toISOString().slice(0, 10) === now.dataset.wall.slice(0, 10);
    if (!sameDay) { clearInterval(tick); refresh(); return; }
    now.textContent = shape.replace(/\d+:\d+:\d+$/, hour + ":" + time);
  }, 1000);
}

document.addEventListener("input", (event) => { if (event.target.form) touched.add(event.target.form); });

const lost = document.getElementById("lost");
let events;
function listen() {
  events = new EventSource("/sandbox/events");
  events.addEventListener("message", (event) => {
    // The first word after a silence is news as well: the sandbox may be another one by now.
    if (seen !== event.data || !lost.hidden) { refresh(); seen = event.data; }
    lost.hidden = true;
  });
  events.addEventListener("error", () => { lost.hidden = false; });
}
listen();
// A page that was left may be kept for the button "back". Its connection would be one of the six that a browser opens to a host: later pages would wait.
addEventListener("pagehide", () => events.close());
addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

// Copies what stands before the button. Only pages of this machine and of https may use the clipboard directly.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.documentElement.classList.add("scripted");
document.addEventListener("click", async (event) => {
  const button = event.target.closest(".copy");
  if (!button) return;
  await copy(button.parentElement.querySelector("code").textContent);
  const label = button.firstChild, before = label.data;
  label.data = button.dataset.copied;
  button.addEventListener("blur", () => { label.data = before; }, { once: true });
});

// Once the word about an order has been read, reloading the page need not repeat it.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(null, "", address.pathname + address.search + address.hash); // the browser may still have to scroll there
}

// Opening a part of the page by its link opens what is folded there.
function unfold() {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  if (part) for (const details of part.querySelectorAll(":scope > details")) details.open = true;
}
addEventListener("hashchange", unfold);
unfold();
startClock();
