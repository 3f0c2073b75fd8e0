// The visitor page: it shows the screens that the server sends, and tells the server which button was pressed.
// It has no business logic and no state of the visit; the digits of a 暗証番号 live only in `digits` until they are sent.

const LOST_AFTER = 3000; // ms without a connection until the overlay shows
const SILENT_AFTER = 6000; // ms without a sign of life (the server beats every two seconds)
const CONTINUE_EVERY = 10000; // ms between two signs that somebody is still touching the screen
const POLL_EVERY = 1000; // ms between two checks whether the service is back
const SENT = new Set( // the page itself handles every other button
  ["aids", "staff", "continue", "finish", "purpose", "needs", "smartphone", "limit_consent", "official_reader", "guide", "whereabouts", "phone_card", "belonging", "page", "request", "language"],
);
const STAYS = new Set(["continue", "aids"]); // the screen stays as it is: one more action may follow
const ANY_SCREEN = new Set(["staff", "aids"]);
const FACTS = ["purpose", "card", "belonging", "page", "event", "language"]; // what a button's data adds to its action
const WAITING = new Set(["idle", "pin", "result", "failure", "guide", "information"]); // states that end when nobody touches anything

const policy = globalThis.trustedTypes?.createPolicy("kiosk", { createHTML: (html) => html }) ?? {
  createHTML: (html) => html,
};
const offline = document.getElementById("offline");
const elsewhere = document.getElementById("elsewhere");
const more = document.getElementById("numbers"); // shown while there are more buttons than digits
const spoken = document.getElementById("said"); // screen readers do not announce a remark that arrives as part of a new screen

let main = document.querySelector("main");
let pristine = main.innerHTML; // the screen as it was sent, to tell a new screen from a renewed deadline
let sequence = Number(main.dataset.sequence); // of the screen that is shown
let known = sequence; // of the visit, from the server's latest answer
let digits = [];
let sent = false; // one action per screen: the second tap of a double tap is dropped
let sending = Promise.resolve();
let lastContinue = -Infinity;
let lastSign = performance.now();
let lostTimer = 0;
let secondsTimer = 0;
let chimeTimer = 0;
let visitor = main.dataset.visitor; // whoever uses the keypad, or does not
const chime = new Audio(document.body.dataset.chime);
let source;

// Screens in

function receive(event) {
  alive();
  const number = Number(event.lastEventId);
  if (number <= sequence && main.dataset.screen) return;
  const page = new DOMParser().parseFromString(policy.createHTML(event.data), "text/html");
  const next = page.querySelector("main");
  if (!next) return;
  sequence = known = number;
  if (isSame(next)) renew(next);
  else replace(next);
}

function isSame(next) {
  return next.innerHTML === pristine && isTheirs(next);
}

// An open sheet, and numbers of the keypad, are of whoever opened them.
function isTheirs(next) {
  const { screen, visitor: theirs } = main.dataset;
  return next.dataset.screen === screen && next.dataset.visitor === theirs;
}

function renew(next) {
  for (const name of Object.keys(main.dataset)) if (!(name in next.dataset)) delete main.dataset[name];
  Object.assign(main.dataset, next.dataset);
  sent = false;
  main.removeAttribute("aria-busy");
  drawAids();
  drawDeadline();
  tell("wished", main);
  markPainted();
}

function replace(next) {
  forget();
  const sheets = isTheirs(next) ? [...main.querySelectorAll(":popover-open")].map(leftOpen) : [];
  pristine = next.innerHTML;
  for (const running of main.getAnimations({ subtree: true })) running.cancel(); // a running animation would keep the old screen
  main.replaceWith(next);
  main = next;
  enter(sheets);
}

// Where somebody is in an open sheet: how far it is drawn up, and the control that has the focus, by its own data.
function leftOpen(sheet) {
  const focused = sheet.contains(document.activeElement) ? document.activeElement : null;
  return { id: sheet.id, top: sheet.scrollTop, focused: focused && controlled(focused) };
}

function controlled({ dataset: { number: _, ...own } }) {
  return JSON.stringify(own);
}

// The focus stays in the sheet, or whoever cannot see it would be behind it without notice. Without a control it is on the
// title, where Enter presses nothing.
function reopen({ id, top, focused }) {
  const sheet = main.querySelector(`#${id}`);
  if (!sheet) return;
  sheet.showPopover();
  const control = [...sheet.querySelectorAll("button")].find((one) => controlled(one) === focused);
  const place = control ?? sheet.querySelector(".more__title") ?? sheet;
  if (!control) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  sheet.scrollTop = top;
}

// The speech of the page is another script's (speech.js), which is told of what happens here.
function tell(what, detail) {
  document.dispatchEvent(new CustomEvent(what, { detail }));
}

function enter(sheets = []) {
  sent = false;
  firstNumbered = 0;
  speak();
  tell("screen", main);
  main.querySelector("h1")?.focus({ preventScroll: true });
  sheets.forEach(reopen);
  spoken.textContent = main.querySelector("[data-said]")?.textContent ?? "";
  drawAids();
  drawDeadline();
  drawProgress();
  ring();
  settle();
  number();
  markPainted();
}

// What the page itself says is in the language of the screen, and has to be there before the connection is lost.
function speak() {
  document.documentElement.lang = main.lang;
  document.title = main.dataset.title;
  offline.querySelector(".overlay__text").textContent = main.dataset.offline;
  more.textContent = main.dataset.numbers;
}

function markPainted() {
  const { screen, sequence: shown } = main.dataset;
  requestAnimationFrame(() => {
    document.documentElement.dataset.paintedSequence = shown;
    performance.clearMarks("screen");
    performance.mark("screen", { detail: { screen, sequence: Number(shown) } });
  });
}

function wipe() {
  forget();
  clearInterval(chimeTimer);
  pristine = spoken.textContent = "";
  for (const name of Object.keys(main.dataset)) delete main.dataset[name];
  main.replaceChildren();
  tell("screen", main);
}

function drawDeadline() {
  clearInterval(secondsTimer);
  const total = Number(main.dataset.deadlineMs);
  if (!total) return;
  const ends = performance.now() + total;
  const bar = main.querySelector(".deadline__bar");
  for (const running of bar?.getAnimations() ?? []) running.cancel();
  bar?.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], { duration: total, fill: "forwards" });
  const seconds = main.querySelector("[data-seconds]");
  if (!seconds) return;
  secondsTimer = setInterval(() => {
    seconds.textContent = String(Math.max(0, Math.ceil((ends - performance.now()) / 1000)));
  }, 250);
}

// What is pressed in the sheet 「使いやすく」 is said by the screen's own data, so that pressing it changes no other part of it.
function drawAids() {
  for (const button of main.querySelectorAll("[data-action=aids]")) {
    const { letters, switch: name } = button.dataset;
    button.setAttribute("aria-pressed", String(name ? main.dataset[name] === "true" : main.dataset.letters === letters));
  }
}

// The bar of a question to another system fills until that system's time is over; the style sheet shows it after a second.
function drawProgress() {
  const total = Number(main.querySelector(".progress")?.dataset.progressMs);
  const bar = main.querySelector(".progress__bar");
  if (total) bar.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }], { duration: total, fill: "forwards" });
}

// A browser that blocks autoplay stays quiet; docs/install.md names the switch.
function ring() {
  clearInterval(chimeTimer);
  if (!main.dataset.chimeMs) return;
  const play = () => chime.play().catch(() => {});
  play();
  if (Number(main.dataset.chimeMs)) chimeTimer = setInterval(play, Number(main.dataset.chimeMs));
}

// The connection

function connect() {
  source = new EventSource("/screens/events");
  source.addEventListener("screen", receive);
  source.addEventListener("alive", alive);
  source.addEventListener("elsewhere", () => {
    source.close();
    source = undefined;
    wipe();
    clearTimeout(lostTimer);
    offline.hidden = true;
    elsewhere.hidden = false;
  });
  source.addEventListener("error", lost);
}

function alive() {
  lastSign = performance.now();
  clearTimeout(lostTimer);
  lostTimer = 0;
  offline.hidden = true;
}

function lost() {
  wipe(); // the page could not notice now that the card is taken, so nothing personal may remain
  lostTimer ||= setTimeout(() => {
    offline.hidden = false;
  }, LOST_AFTER);
}

async function watch() {
  if (!source) return;
  if (source.readyState === EventSource.CLOSED) {
    // The server was started anew and does not know this page: reload, but only once it answers again.
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
    if (answer) location.reload();
  } else if (performance.now() - lastSign > SILENT_AFTER) {
    source.close();
    lost();
    lastSign = performance.now();
    connect();
  }
}

// Actions out

function act(body) {
  if (sent && !STAYS.has(body.action)) return;
  sent ||= !STAYS.has(body.action);
  if (sent) main.setAttribute("aria-busy", "true");
  const { visitor: theirs } = main.dataset;
  sending = sending.then(() => (body.action === "aids" && main.dataset.visitor !== theirs ? undefined : post(body))); // no wish outlives its visitor
}

// A call for help and a wish of 「使いやすく」 are valid on any screen that has come meanwhile; all else is meant for the
// screen that was seen.
async function post(body) {
  const answer = await fetch("/api/v1/visit/actions", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "If-Match": ANY_SCREEN.has(body.action) ? "*" : `"${known}"` },
    body: JSON.stringify(body),
  }).catch(() => null);
  delete body.pin;
  const visit = answer?.ok ? await answer.json().catch(() => null) : null;
  if (visit?.screen === main.dataset.screen) known = Math.max(known, visit.sequence);
  if (visit) return;
  sent = false;
  main.removeAttribute("aria-busy");
}

function touched() {
  const now = performance.now();
  const waits = main.dataset.deadlineMs && WAITING.has(main.dataset.state);
  if (!waits || main.dataset.screen === "still_there" || now - lastContinue < CONTINUE_EVERY) return;
  lastContinue = now;
  act({ action: "continue" });
}

function said({ dataset }) {
  const body = { action: dataset.action };
  for (const name of FACTS) if (dataset[name]) body[name] = dataset[name];
  if (dataset.letters) body.letters = Number(dataset.letters);
  if (dataset.switch) body[dataset.switch] = main.dataset[dataset.switch] !== "true";
  if (dataset.smartphone) body.smartphone = dataset.smartphone === "true";
  if (dataset.limitConsent) body.limit_consent = dataset.limitConsent === "true";
  if (dataset.phoneCard) body.phone_card = dataset.phoneCard === "true";
  if (dataset.action === "needs") {
    const chosen = "none" in dataset ? [] : main.querySelectorAll('[data-need][aria-pressed="true"]');
    body.needs = Array.from(chosen, (toggle) => toggle.dataset.need);
  }
  return body;
}

// The key pad

function forget() {
  digits.fill(0);
  digits = [];
}

function press(key) {
  if (sent || !main.querySelector(".pad")) return;
  if (key === "enter") return confirmPin();
  if (key === "back") digits.pop();
  else if (key === "clear") forget();
  else if (digits.length < 4) digits.push(Number(key));
  drawDots();
  tell("typed", digits.length);
}

function confirmPin() {
  if (digits.length !== 4) return;
  const pin = digits.join("");
  forget();
  drawDots();
  chosen = performance.now();
  act({ action: "pin", pin });
}

function drawDots() {
  const dots = main.querySelector(".dots");
  spoken.textContent = dots.dataset.labels.split("|")[digits.length];
  dots.setAttribute("aria-label", spoken.textContent);
  dots.querySelectorAll(".dot").forEach((dot, index) => dot.classList.toggle("dot--full", index < digits.length));
  main.querySelector(".key--enter").setAttribute("aria-disabled", String(digits.length !== 4));
}

const KEYS = { Backspace: "back", Delete: "clear", Escape: "clear", Enter: "enter" };

// On the numeric keypad the position of a key counts (kiosk.web.keypad): with NumLock off its 1 reports End, and its point
// Delete. The same applies to the row of digits of a keyboard that is set to kana, where 1 reports ぬ.
function keyOf({ key, code, shiftKey }) {
  if (code in KEYPAD) return KEYPAD[code];
  const place = shiftKey ? null : /^Digit([0-9])$/.exec(code);
  if (place) return place[1];
  return /^[0-9]$/.test(key) ? key : KEYS[key];
}

// The numeric keypad elsewhere: a digit presses the button of that number. Numbers show once a key was pressed, which presses
// nothing itself, unless the speech has said them.

const KEYPAD = JSON.parse(document.body.dataset.keys);
const ANYWHERE = {
  staff: () => main.querySelector("[data-action=staff]")?.click(),
  finish: () => main.querySelector("[data-action=finish]")?.click(),
  again: sayAgain,
  speech: () => tell("speech"),
  curtain: () => act({ action: "aids", curtain: main.dataset.curtain !== "true" }),
};
const KEYS_IN_USE = 10; // digits; where there are more buttons, 0 gives the next nine their numbers
const ENTER_AFTER = 1500; // ms: whoever presses a digit and then Enter does not press the next screen's button too
const SETTLED = 400; // ms: a key that was pressed twice was meant for the screen before
let chosen = -Infinity;
let settling = 0;
let firstNumbered = 0;

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = 0;
    number();
  }, SETTLED);
}

function numbered() {
  const sheet = [...main.querySelectorAll(":popover-open")].at(-1);
  if (!sheet && main.querySelector(".pad")) return []; // where digits are typed
  const buttons = [...(sheet ?? main).querySelectorAll("button:not([data-key], [data-action=staff], [data-action=finish], [data-action=open_aids])")];
  return buttons.filter((button) => (sheet || !button.closest("[popover]")) && button.checkVisibility());
}

function drawNumbers() {
  const all = numbered();
  const pages = all.length > KEYS_IN_USE;
  if (firstNumbered >= all.length) firstNumbered = 0;
  const now = pages ? all.slice(firstNumbered, firstNumbered + KEYS_IN_USE - 1) : all;
  now.forEach((button, index) => (button.dataset.number = (index + 1) % KEYS_IN_USE));
  more.hidden = !pages;
}

function number() {
  for (const button of main.querySelectorAll("[data-number]")) delete button.dataset.number;
  if (main.dataset.visitor !== visitor) delete document.body.dataset.keypad;
  visitor = main.dataset.visitor;
  more.hidden = true;
  if ("keypad" in document.body.dataset && !settling) drawNumbers();
}

function choose(key) {
  if (settling) return;
  if (key === "back") return (main.querySelector(':popover-open [data-action="close"]') ?? main.querySelector("[data-action=open_aids]"))?.click();
  if (key === "enter") {
    if (performance.now() - chosen > ENTER_AFTER) numbered().find((button) => button.matches(".button--primary"))?.click();
    return;
  }
  if (key === "0" && !more.hidden) {
    firstNumbered += KEYS_IN_USE - 1;
    return number();
  }
  const button = numbered().find((one) => one.dataset.number === key); // unseen numbers choose nothing
  if (!button) return;
  chosen = performance.now();
  button.click();
}

function sayAgain() {
  const heading = main.querySelector("h1")?.textContent ?? "";
  spoken.textContent = "";
  requestAnimationFrame(() => (spoken.textContent = heading));
  tell("again");
  turnPage();
}

// A screen in large letters may be longer than the panel, and whoever has only a keypad cannot draw it up.
function turnPage() {
  const page = main.querySelector(":popover-open") ?? main;
  const atEnd = page.scrollTop + page.clientHeight >= page.scrollHeight - 1;
  page.scrollTo({ top: atEnd ? 0 : page.scrollTop + 0.8 * page.clientHeight });
}

function struck(event) {
  const key = keyOf(event);
  if (!key) return false;
  if (!main.dataset.screen) return struckOutside(key);
  if (key in ANYWHERE) ANYWHERE[key]();
  else if (main.querySelector(".pad") && !main.querySelector(":popover-open")) press(key);
  else choose(key);
  return true;
}

// Without a screen a key means nothing to the visit, which may be shown elsewhere.
function struckOutside(key) {
  if (key === "enter" && !elsewhere.hidden) location.reload();
  return true;
}

function useKeypad() {
  const { dataset } = document.body;
  if (!main.dataset.screen) return;
  if (!("keypad" in dataset) && "curtained" in dataset && main.dataset.curtain !== "true") act({ action: "aids", curtain: true });
  dataset.keypad = "";
  number();
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const onButton = event.key === "Enter" && event.target.closest?.("button, summary");
  if (event.code in KEYPAD && document.body.dataset.speech === "on") useKeypad();
  if (!onButton && struck(event)) event.preventDefault();
  if (event.code in KEYPAD) useKeypad();
  if (!sent) touched();
});

function closeSheets() {
  for (const sheet of [...main.querySelectorAll(":popover-open")].reverse()) sheet.hidePopover();
}

// Whoever has the screens said aloud has longer time limits.
document.addEventListener("listening", ({ detail }) => act({ action: "aids", spoken: detail }));

document.addEventListener("toggle", number, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return main.dataset.curtain === "true" ? undefined : touched(); // a black panel is not kept black by a touch
  const { action, key } = button.dataset;
  if (SENT.has(action)) {
    if (!STAYS.has(action) && button.closest(":popover-open")) closeSheets(); // a choice is made, so its sheet is done
    return act(said(button));
  }
  if (key) press(key);
  if (action === "need") {
    const pressed = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(pressed));
    tell("chosen", pressed);
  }
  if (action === "reload") location.reload();
  touched();
});

// A tap must not leave the focus on a key, or Enter on a real key pad would press the last digit again.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("button")) event.preventDefault();
});

navigator.wakeLock?.request("screen").catch(() => {});
document.body.inert = false; // a tap before this line would have been lost without notice
enter();
connect();
setInterval(watch, POLL_EVERY);
