// Copyright (c) terraform-provider-cicd authors
// SPDX-License-Identifier: MPL-2.0

// The server says what is different, and this puts it on the page. Whatever comes from a system is text and never becomes markup.

const week = 7 * 24 * 3600 * 1000;
const day = week / 7;
const hour = day / 24;
const keptRequests = 200;
const byId = (id) => document.getElementById(id);

/** element makes one: attributes that are undefined are left out, children are elements or text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// --- The clock -----------------------------------------------------------------------------------------------------

const clock = { at: 0, told: 0, frozen: true };
const now = () => clock.at + (clock.frozen ? 0 : performance.now() - clock.told);
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function showClock() {
  if (!clock.at) return;
  const at = new Date(now());
  byId("clock").textContent = `${weekdays[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.toISOString().slice(11, 19)} UTC${clock.frozen ? ", standing still" : ""}`;
  placeLines();
}

function setClock(news) {
  clock.at = Date.parse(news.now);
  clock.told = performance.now();
  clock.frozen = news.frozen;
  byId("advance").hidden = false;
  showClock();
}

// --- Time lines ----------------------------------------------------------------------------------------------------

let lineStart = 0; // the hour in which all time lines begin

/** placeLines draws all time lines anew when their first hour is over. */
function placeLines() {
  const start = Math.floor(now() / hour) * hour;
  if (start === lineStart) return;
  lineStart = start;
  for (const axis of document.querySelectorAll(".axis")) drawAxis(axis);
  for (const object of objects.values()) drawStrip(object);
}

const along = (time) => ((time - lineStart) / week) * 1000;

function midnights() {
  const found = [];
  for (let at = Math.ceil((lineStart + 1) / day) * day; at < lineStart + week; at += day) found.push(at);
  return found;
}

function drawAxis(axis) {
  const labels = [element("span", {}, "now")];
  for (const at of midnights()) {
    const x = along(at);
    if (x < 60 || x > 985) continue; // no room
    const label = element("span", {}, weekdays[new Date(at).getUTCDay()]);
    label.style.left = `${x / 10}%`;
    labels.push(label);
  }
  axis.replaceChildren(...labels);
}

function drawStrip({ article, data }) {
  const strip = article.querySelector(".strip");
  if (!strip) return;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1000 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true"); // the next time is among the facts, as text
  const path = (kind, d) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
    made.setAttribute("class", kind);
    made.setAttribute("d", d);
    svg.append(made);
  };
  path("days", midnights().map((at) => `M${along(at).toFixed(1)} 0v20`).join("") + "M0 10h1000");
  if (data.upcoming) {
    const times = data.upcoming.times.map((time) => along(Date.parse(time))).filter((x) => x >= 0 && x <= 1000);
    path("run", times.map((x) => `M${x.toFixed(1)} 3v14`).join(""));
    if (data.upcoming.endless && times.length) path("more", `M${times[times.length - 1].toFixed(1)} 10H1000`);
  }
  strip.replaceChildren(svg);
}

// --- Systems, sections, objects ------------------------------------------------------------------------------------

const systems = new Map(); // name → {place, index, root, title}
const sections = new Map(); // system and title → {system, heading, axis, list, empty, left}
const objects = new Map(); // system, section and key → {article, data}
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function systemOf({ name, title, root }) {
  let known = systems.get(name);
  if (!known) {
    const place = element("section", { class: "system", "aria-label": title }, element("h2", {}, title, element("code", {}, root)));
    byId("systems").append(place);
    known = { name, title, root, place, index: systems.size % 3 };
    systems.set(name, known);
  }
  return known;
}

function sectionOf(news) {
  const id = `${news.system.name}\n${news.title}`;
  let known = sections.get(id);
  if (!known) {
    const system = systemOf(news.system);
    known = {
      id, system, axis: element("div", { class: "axis", "aria-hidden": "true" }), count: element("span"), list: element("div"),
      empty: element("p", { class: "empty" }, news.empty), left: element("p", { class: "left quiet" }),
    };
    known.heading = element("h3", { tabindex: "-1" }, news.title, known.count);
    known.place = element("section", { class: "section", "aria-label": news.title }, element("div", { class: "bar" }, known.heading, known.axis), known.empty, known.list, known.left);
    system.place.append(known.place);
    drawAxis(known.axis);
    sections.set(id, known);
  }
  return known;
}

function applySection(news, first) {
  const section = sectionOf(news);
  const wanted = new Set(news.keys.map((key) => `${section.id}\n${key}`));
  section.few = news.keys.length <= 3;
  for (const data of news.objects) {
    const id = `${section.id}\n${data.key}`;
    let object = objects.get(id);
    if (!object) {
      object = { id, section, near: false, article: element("article", { class: "object", "data-key": data.key, "data-id": id }) };
      objects.set(id, object);
      nearness.observe(object.article);
    }
    object.data = data;
    object.fresh = !first;
    if (object.near || object.article.contains(document.activeElement)) {
      fill(object);
    } else {
      stale.add(object);
      fillWhenIdle();
    }
  }
  for (const article of [...section.list.children]) {
    if (wanted.has(article.dataset.id)) continue;
    // Whoever pressed "Delete" must not find the focus on another object's button, nor nowhere.
    if (article.contains(document.activeElement)) section.heading.focus();
    stale.delete(objects.get(article.dataset.id));
    objects.delete(article.dataset.id);
    nearness.unobserve(article);
    article.remove();
  }
  let next = section.list.firstElementChild;
  for (const id of wanted) {
    const { article } = objects.get(id);
    if (article === next) {
      next = next.nextElementSibling;
    } else {
      section.list.insertBefore(article, next); // new ones only: objects keep their order among each other
    }
  }
  section.count.textContent = news.keys.length ? news.keys.length + news.left : "";
  section.empty.hidden = news.keys.length > 0;
  section.place.classList.toggle("bare", news.keys.length === 0);
  section.axis.hidden = !news.keys.some((key) => objects.get(`${section.id}\n${key}`).data.upcoming);
  section.left.hidden = !news.left;
  section.left.textContent = `${news.left} more aren't shown.`;
}

// A thousand objects may change at once. Those in sight are shown anew at once, the others when there is time.
const stale = new Set();
const nearness = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const object = objects.get(entry.target.dataset.id);
    if (!object) continue; // it went away meanwhile
    object.near = entry.isIntersecting;
    if (object.near && stale.has(object)) fill(object);
  }
}, { rootMargin: "200px" });

const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 5 }), 50));

function fillWhenIdle() {
  if (fillWhenIdle.planned) return;
  fillWhenIdle.planned = true;
  idle((deadline) => {
    fillWhenIdle.planned = false;
    for (const object of stale) {
      fill(object);
      if (deadline.timeRemaining() < 2) break;
    }
    if (stale.size) fillWhenIdle();
  });
}

const stateOf = (state) => (state.word ? [element("span", { class: `state ${state.mood ?? ""}` }, state.word)] : []);

/** fill shows an object anew, and leaves open what was open, and the focus where it was. */
function fill(object) {
  const { article, data, section } = object;
  stale.delete(object);
  const focused = article.contains(document.activeElement) ? [...article.querySelectorAll("button, summary, pre")].indexOf(document.activeElement) : -1;
  const focusedText = document.activeElement.textContent;
  const text = article.querySelector("details");
  const open = text ? text.open : section.few;

  article.setAttribute("aria-label", data.title);
  const head = element("div", { class: "head" }, element("h4", {}, data.title), element("code", {}, data.id), ...stateOf(data.state));
  for (const label of data.by_hand ?? []) head.append(element("span", { class: "state hand" }, `by hand: ${label}`));
  const parts = [head];
  if (data.upcoming) parts.push(element("div", { class: "strip" }));
  if (data.facts) {
    parts.push(element("dl", { class: "facts" }, ...data.facts.map((fact) => element("div", {}, element("dt", {}, fact.name), element("dd", {}, fact.value)))));
  }
  if (data.stages) {
    parts.push(element("ol", { class: "stages", "aria-label": "Stages" }, ...data.stages.map((stage) => element("li", {},
      element("span", {}, stage.name), element("span", { class: "steps" }, (stage.steps ?? []).join(", ")), ...stateOf(stage.state)))));
  }
  if (data.runs) {
    parts.push(element("div", { class: "runs" }, element("span", {}, "runs"), ...data.runs.flatMap((run) => [element("span", { class: "mono" }, run.title), ...stateOf(run.state)])));
  }
  if (data.text) {
    const details = element("details", {}, element("summary", {}, element("code", {}, data.text.title)), element("pre", { tabindex: "0", "aria-label": data.text.title }, data.text.content));
    details.open = open;
    parts.push(details);
  }
  if (data.changes) {
    parts.push(element("div", { class: "changes", role: "group", "aria-label": "Change it by hand" }, ...data.changes.map((change) => {
      const button = element("button", { type: "button", title: `${change.request.method} ${change.request.path}`, "aria-label": `${change.label}: ${data.title}` }, change.label);
      button.addEventListener("click", () => press(button, section.system, data, change));
      return button;
    })));
  }
  article.replaceChildren(...parts);
  drawStrip(object);
  if (object.near && object.fresh && !calm.matches) {
    article.animate([{ backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" }, { backgroundColor: "transparent" }], 1800);
  }
  object.fresh = false;
  if (focused >= 0) {
    const places = [...article.querySelectorAll("button, summary, pre")];
    const place = places[Math.min(focused, places.length - 1)];
    // A key that is held, or pressed twice, must not delete what stands where another button was.
    const safe = place?.textContent === "Delete" && focusedText !== "Delete" ? article : place;
    safe?.focus({ preventScroll: true });
  }
}

// --- What people do ------------------------------------------------------------------------------------------------

function say(text, failed = false) {
  byId("said").classList.toggle("failed", failed);
  byId("said").textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { byId("said").textContent = ""; }, failed ? 15000 : 8000);
}

/** send posts JSON; it says what went wrong, and tells whether nothing did. A disabled button would lose the focus. */
async function send(button, path, body) {
  if (button.getAttribute("aria-disabled") === "true") return false;
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error((await answer.text()).trim());
    return true;
  } catch (error) {
    say(`That failed: ${error.message}`, true);
    return false;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function press(button, system, data, change) {
  if (await send(button, "/_sandbox/changes", { system: system.name, object: data.key, change: change.label })) {
    say(`${data.title}: ${change.label} – done. If Terraform manages it, the next plan shows it.`);
  }
}

byId("advance").addEventListener("click", async (event) => {
  if (await send(event.currentTarget, "/_sandbox/clock", { advance: "1h" })) say("The clock was moved on by an hour.");
});
byId("writes").addEventListener("change", (event) => byId("journal").classList.toggle("writes", event.target.checked));

// --- Requests ------------------------------------------------------------------------------------------------------

/** who is the program that asked, in a word: its user agent begins with its name, and the provider's names the tool that runs it. */
function who(agent) {
  if (/(Terraform|OpenTofu)\/\d/.test(agent)) return RegExp.$1;
  return agent.split(/[/ ]/)[0] || "somebody";
}

function line(request) {
  const system = systems.get(request.system);
  const reads = request.method === "GET" || request.method === "HEAD";
  const byHand = request.user_agent === "by hand";
  // A refusal is an answer, and often the one that was asked for, such as that a name is free.
  const outcome = request.status === 0 || request.status >= 500 ? "failed" : request.status >= 400 ? "refused" : "";
  const made = element("li", { class: `${reads ? "read" : "write"} ${byHand ? "byhand" : ""} ${system ? `from-${system.index}` : ""}` });
  let path = request.path;
  try { path = decodeURIComponent(path); } catch { /* it is shown as it was sent */ }
  if (system && path.startsWith(system.root)) path = path.slice(system.root.length) || "/";
  made.append(
    element("span", { class: "at" }, request.time.slice(11, 19)),
    element("span", { class: "method" }, request.method),
    element("span", { class: "who", title: request.user_agent }, `${system ? `${system.title} · ` : ""}${byHand ? "by hand" : who(request.user_agent)}`),
    element("span", { class: outcome }, request.status || "broken off"),
    element("span", { class: "took" }, `${request.duration_ms < 10 ? request.duration_ms.toFixed(1) : Math.round(request.duration_ms)} ms`),
    element("span", { class: "path", title: `${request.path}${request.query && `?${request.query}`}` }, path + (request.query && `?${request.query}`)),
  );
  return made;
}

function applyRequests(news) {
  const list = byId("journal");
  if (news.anew) list.replaceChildren();
  list.prepend(...news.latest.map(line).reverse());
  while (list.childElementCount > keptRequests) list.lastElementChild.remove();
  byId("count").textContent = news.count > keptRequests ? `${keptRequests} of ${news.count.toLocaleString("en")}` : news.count || "";
  byId("none").hidden = news.count > 0;
}

// --- The stream ----------------------------------------------------------------------------------------------------

function connect() {
  let first = true;
  const source = new EventSource("/_sandbox/events");
  const live = byId("live");
  source.onopen = () => {
    first = true;
    live.textContent = "live";
    live.classList.add("on");
  };
  source.onmessage = (message) => {
    const news = JSON.parse(message.data);
    if (news.clock) setClock(news.clock);
    for (const section of news.sections ?? []) applySection(section, first);
    if (news.requests) applyRequests(news.requests);
    first = false;
  };
  source.onerror = () => {
    live.textContent = "connection lost";
    live.classList.remove("on");
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(connect, 3000);
  };
}

setInterval(showClock, 1000);
connect();
