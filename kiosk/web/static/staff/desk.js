// The staff page: it shows what the server sends, says which button was pressed, and rings while somebody waits.
// It keeps nothing of a member; what is on the screen is gone when the page is locked.

const RING_EVERY = 3500; // ms between two chimes, until the call is answered
const STILL_HERE_EVERY = 20000; // ms between two signs to the server that somebody is at work
const SILENT_AFTER = 6000; // ms without a sign of life (the server beats every two seconds)
const SHOWN_ANEW = new Set(["work_changed", "unsure", "bindings_changed", "answer_changed"]); // the work shown is out of date
const LONGEST_PRESS = 5000; // ms that news waits for a press to end

const policy = globalThis.trustedTypes?.createPolicy("kiosk", { createHTML: (html) => html }) ?? {
  createHTML: (html) => html,
};
const at = (id) => document.getElementById(id);
const { notSent, notTaken, tickFirst } = document.body.dataset;
const atDesk = document.body.dataset.page === "desk";
const title = document.title;

const pristine = new WeakMap(); // a part as it was sent, to tell a new one from an old one that was opened

let source;
let ringing = 0;
let busy = false;
let pressed = 0; // the timer of a press that goes on: nothing may move before its click, or it would hit another part
let heldNews = null;
let followed = ""; // the visitor's answer when it was looked at last
let lastSign = performance.now();
let lastStillHere = performance.now();

// How long somebody waits already, by the kiosk's clock

const ahead = Date.parse(at("alerts")?.dataset.now) - Date.now() || 0; // ms of the kiosk's clock before this one

function tellWaits() {
  for (const ago of document.querySelectorAll(".call__ago")) {
    const seconds = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(ago.dataset.since)) / 1000));
    const text = seconds < 60 ? `${seconds}秒` : `${Math.floor(seconds / 60)}分${seconds % 60}秒`;
    if (ago.textContent !== text) ago.textContent = text;
  }
}

// The bell

function ring(on) {
  const called = at("called");
  if (called) called.hidden = !on;
  document.title = on ? `● ${title}` : title;
  if (!on) {
    clearInterval(ringing);
    ringing = 0;
  } else if (!ringing) {
    chime();
    ringing = setInterval(chime, RING_EVERY);
  }
}

// The news that follows an answer may be here already: then there is no such call any more, and nothing to take away.
function hush() {
  const answered = at("answer-call")?.closest(".call");
  if (!answered) return;
  ring(false);
  pristine.delete(at("live-call")); // what is still current comes again with the next news
  answered.remove();
}

function chime() {
  const sound = at("chime");
  document.documentElement.dataset.rung = String(Number(document.documentElement.dataset.rung ?? 0) + 1);
  sound.currentTime = 0;
  sound.play().then(
    () => (at("muted").hidden = true),
    () => (at("muted").hidden = false),
  );
}

// News of the kiosk

function connect() {
  source = new EventSource("/desk/events");
  source.addEventListener("board", (event) => {
    alive();
    heldNews = event.data;
    if (!pressed) showNews();
  });
  source.addEventListener("bell", (event) => {
    alive();
    ring(event.data === "1");
  });
  source.addEventListener("alive", alive);
  for (const name of ["locked", "ended"]) source.addEventListener(name, leave);
  source.addEventListener("error", () => lost(true));
}

function showNews() {
  if (heldNews === null) return;
  update(at("live"), heldNews);
  heldNews = null;
  obeyMark();
  tellWaits();
}

function press() {
  release(LONGEST_PRESS); // the end of that press never reached the page
}

function release(after = 0) {
  clearTimeout(pressed);
  pressed = setTimeout(() => {
    pressed = 0;
    showNews();
  }, after);
}

function obeyMark() {
  const { rings, bindable } = at("live-mark").dataset;
  ring(rings === "on");
  at("work").dataset.bindable = bindable;
  forgetRefused();
  fade();
}

// Who was found for an earlier visit fades; who was found for this one and bound has the visitor's own answer.
function fade() {
  const { visit, follows } = at("work-mark").dataset;
  const same = visit === at("live-mark").dataset.visit;
  at("work").dataset.faded = visit && !same ? "yes" : "no";
  const answer = [...at("live-visit").querySelectorAll(".outcome, .outcome + p")].map((part) => part.textContent).join();
  const isNews = follows === "yes" && same && answer !== followed;
  followed = answer;
  if (isNews) showWork();
}

function alive() {
  lastSign = performance.now();
  lost(false);
}

function lost(yes) {
  if (at("lost")) at("lost").hidden = !yes;
}

function leave() {
  source?.close();
  source = undefined;
  document.querySelector("main").replaceChildren();
  location.replace("/");
}

async function watch() {
  if (!source) return;
  if (source.readyState === EventSource.CLOSED) {
    const answer = await fetch("/api/v1/desk", { cache: "no-store" }).catch(() => null);
    if (answer) leave();
  } else if (performance.now() - lastSign > SILENT_AFTER) {
    source.close();
    lost(true);
    lastSign = performance.now();
    connect();
  }
}

// Parts of the page

function update(place, html) {
  const fresh = new DOMParser().parseFromString(policy.createHTML(html), "text/html").body;
  const sameVisit = fresh.querySelector("#live-mark")?.dataset.visit === at("live-mark")?.dataset.visit;
  for (const part of [...fresh.children]) {
    const home = part.id === "live-call" ? at("alerts") : place;
    const old = part.id && home.querySelector(`:scope > #${part.id}`);
    if (old && pristine.get(old) === part.outerHTML && (sameVisit || part.id !== "live-visit")) continue;
    const markup = part.outerHTML;
    const focused = old?.contains(document.activeElement) ? document.activeElement.id : "";
    for (const open of old?.querySelectorAll("details[open]") ?? []) {
      if (part.id === "live-visit" && !sameVisit) break; // opened for somebody else
      const same = part.querySelector(`#${open.id}`);
      if (same) same.open = true;
    }
    if (old) old.replaceWith(part);
    else home.append(part);
    pristine.set(part, markup);
    if (focused) at(focused)?.focus();
  }
}

async function showWork() {
  const answer = await fetch("/desk/work", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html").body;
  at("work").replaceChildren(...fresh.children);
  fade();
}

// Acts

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  }).catch(() => null);
  return { ok: answer?.ok ?? false, status: answer?.status, said: await answer?.json().catch(() => null) };
}

function say(text, error = false) {
  at("said").textContent = text;
  at("said").classList.toggle("said--error", error);
}

function complaint(answer) {
  const error = answer.said?.error;
  if (!error) return notSent;
  return error.code === "invalid" || error.code === "too_large" ? notTaken : error.message;
}

async function act(body) {
  if (busy) return false;
  busy = true;
  lastStillHere = performance.now();
  document.body.setAttribute("aria-busy", "true");
  const { visit } = at("live-mark").dataset;
  const answer = await post("/api/v1/desk/actions", body);
  busy = false;
  document.body.removeAttribute("aria-busy");
  if (answer.status === 401) return leave();
  say(answer.ok ? answer.said.message : complaint(answer), !answer.ok);
  if (answer.ok && body.action === "answer_call") hush();
  if (answer.said?.error?.code === "photo_unasked") askForPhoto(body, visit);
  if (answer.ok || body.action === "find" || body.action === "ask_terminal" || body.action === "results" || SHOWN_ANEW.has(answer.said?.error?.code)) await showWork();
  if (answer.ok && body.action === "print") open("/desk/paper", "_blank", "noopener");
  return answer;
}

let unconfirmed = null; // the 目視確認 that waits for the answer about the photograph, and the visit that it is of

function askForPhoto(confirmation, visit) {
  unconfirmed = { confirmation, visit };
  if (!at("photo") || visit !== at("live-mark").dataset.visit) return;
  at("photo").hidden = false;
  at("photo-yes").focus();
}

function answerAboutPhoto(has) {
  at("photo").hidden = true;
  const { confirmation, visit } = unconfirmed;
  const now = at("live-mark").dataset;
  // A new screen of the same visit is of the same card. Of another visit the server refuses the old screen.
  const sequence = visit === now.visit ? Number(now.sequence) : confirmation.sequence;
  act({ ...confirmation, sequence, card_has_photo: has });
}

function workNumber() {
  return Number(at("work-mark").dataset.number);
}

// Only a person whose data are withheld has these fields.
function givenAddress() {
  const value = (id) => document.getElementById(id)?.value ?? "";
  return { postal_code: value("print-postal-code"), address: value("print-address") };
}

function bodyOf(button) {
  const { act: action, reason, driver, out, choice, paper, blank, event, sure, through } = button.dataset;
  const seen = { sequence: Number(at("live-mark").dataset.sequence) };
  const work = workNumber();
  switch (action) {
    case "confirm":
      return { action, ...seen, reason };
    case "end_visit":
      return { action, ...seen, sure: sure === "true" };
    case "see_late_answers":
      return { action, through: Number(through) };
    case "restart":
      return { action, driver };
    case "out_of_use":
      return { action, out: out === "true" };
    case "print":
      return { action, work, paper, blank: blank === "true", event: event || null, ...(blank ? {} : givenAddress()) };
    case "choose":
      return { action, work, choice: Number(choice) };
    case "choose_result":
      return { action, work, ...seen, choice: Number(choice) };
    case "await_result":
      return { action, work, ...seen };
    case "confirm_online":
    case "unbind":
    case "untie_patient":
      return { action, work };
    case "keep":
      return { action, work, visit: Number(at("live-mark").dataset.visit) };
    case "show":
    case "tie_patient":
    case "bind": {
      const form = at("person");
      if (!form.identified.checked) return say(tickFirst, true);
      const typed = action === "tie_patient" ? { reference: form.reference.value } : {};
      return { action, work, ...seen, visit: Number(at("work-mark").dataset.visit), seen: form.seen.value, identified: true, ...typed };
    }
    default:
      return { action };
  }
}

const SEEN = ["notice_here", "confirmation_here", "legacy_card_here"];
const PRINTED = ["confirmation_from", "confirmation_until", "legacy_card_until"]; // days on the papers

const refused = new Map(); // each form whose question was refused, and the visit that was on then

async function seek(form, question) {
  const { visit } = at("live-mark").dataset;
  const answer = await act(question);
  if (!answer) return;
  const code = answer.said?.error?.code;
  at(`${form.id}-error`).textContent = answer.ok ? "" : complaint(answer);
  if (answer.ok || code === "my_number") form.reset();
  if (answer.ok) return refused.delete(form);
  refused.set(form, visit);
  if (visit !== at("live-mark").dataset.visit) return forgetRefused();
  say(""); // it is said beside the form
  form.elements[code]?.focus();
}

// What was typed about one visitor is nothing for the next one.
function forgetRefused() {
  for (const [form, visit] of refused) {
    if (visit === at("live-mark").dataset.visit) continue;
    form.reset();
    at(`${form.id}-error`).textContent = "";
    refused.delete(form);
  }
}

const FORMS = {
  async "log-in"(form) {
    const answer = await post("/api/v1/session", { name: form.name.value, password: form.password.value });
    form.password.value = "";
    if (answer.ok) return location.replace("/");
    say(complaint(answer), true);
    form.password.focus();
  },
  async seek(form) {
    const sought = ["symbol", "number", "kana", "birth_date"].map((name) => [name, form.elements[name].value]);
    await seek(form, { action: "find", ...Object.fromEntries(sought) });
  },
  async "seek-online"(form) {
    const names = ["insurer_number", "symbol", "number", "branch", "birth_date"];
    const typed = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    await seek(form, { action: "ask_terminal", ...typed, limit_consent: form.limit_consent.checked });
  },
  "take-over"(form) {
    const fields = [...form.querySelectorAll("[name=fields]:checked")].map((box) => box.value);
    if (fields.length) act({ action: "take_over", work: workNumber(), fields });
  },
  async ask(form) {
    const needs = [...form.querySelectorAll("[name=needs]:checked")].map((box) => box.value);
    const value = (name) => form.elements[name].value;
    const answer = await act({
      action: "ask",
      work: workNumber(),
      purpose: value("purpose"),
      needs,
      card_today: value("card_today"),
      smartphone: form.elements.smartphone.checked,
      phone_card: form.elements.phone_card.checked,
      event: value("event") || null,
      ...Object.fromEntries(SEEN.map((name) => [name, JSON.parse(value(name))])),
      ...Object.fromEntries(PRINTED.map((name) => [name, value(name)])),
    });
    if (answer && !answer.ok && at("ask-error")) at("ask-error").textContent = complaint(answer);
    if (answer?.said?.error?.code === "my_number") for (const name of PRINTED) form.elements[name].value = "";
  },
  procedures(form) {
    act({ action: "print", paper: "procedures", blank: true, event: form.elements.event.value || null });
  },
  person() {},
};

document.addEventListener("submit", (event) => {
  event.preventDefault();
  FORMS[event.target.id]?.(event.target);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.do === "log-out") {
    await post("/api/v1/session/end");
    leave();
  } else if (button?.dataset.photo) {
    answerAboutPhoto(button.dataset.photo === "true");
  } else if (button?.dataset.act) {
    const body = bodyOf(button);
    if (body) act(body);
  }
});

function stillHere() {
  if (!at("muted").hidden && ringing) chime();
  const now = performance.now();
  if (!atDesk || now - lastStillHere < STILL_HERE_EVERY) return;
  lastStillHere = now;
  post("/api/v1/session/activity").then((answer) => answer.status === 401 && leave());
}

for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, stillHere);

if (atDesk) {
  document.addEventListener("pointerdown", press);
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => release()); // the click comes right after
}

at("codes-filter")?.addEventListener("input", (event) => {
  const wanted = event.target.value.normalize("NFKC").trim().toUpperCase();
  for (const code of document.querySelectorAll(".code")) {
    code.hidden = !code.textContent.toUpperCase().includes(wanted);
  }
});

document.body.inert = false; // a press before this line would have been lost without notice
if (atDesk) {
  for (const part of [...at("alerts").children, ...at("live").children]) pristine.set(part, part.outerHTML);
  obeyMark();
  tellWaits();
  setInterval(tellWaits, 1000);
}
if (atDesk || document.querySelector("main").dataset.bell === "on") {
  connect();
  setInterval(watch, 1000);
} else {
  document.querySelector("#log-in [name=name]").focus();
}
