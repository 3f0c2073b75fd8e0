// Speaks the screens: it plays the recordings that the server names for the screen that is shown, and decides nothing else.
// What is said never depends on what was typed: a digit of a 暗証番号 is told by its count alone.

const SENTENCE = 350; // ms of silence between two sentences
const LOUDNESS = [0.25, 0.4, 0.6, 0.8, 1];
const AGAIN = 3; // where LOUDNESS begins with each visit
const OWN = { chosen: 5, notChosen: 6, started: 7, stopped: 8 }; // places in data-voice-own; the first five are counts

const always = document.body.dataset.speaks === "always";
const possible = document.body.dataset.speaks !== "off";
const click = new Audio(document.body.dataset.click);
let main = document.querySelector("main");
let on = false;
let starting = false;
let loudness = AGAIN;
let was = { ...main.dataset }; // of the screen before
let visitor = main.dataset.visitor; // the speech is theirs
let wished = "false"; // whether the service has been told to speak, by this page or by a program that saw headphones
let said = []; // sentences of the screen that is spoken, each the names of its recordings
let queue = [];
let playing = null;
let coming = null;
let gap = 0;

const sentencesOf = (one) => (one?.dataset.voice ?? "").split(",").filter(Boolean);

function recording(name) {
  const sound = new Audio(main.dataset.voices.replace("#", name));
  sound.preload = "auto";
  return { name, sound };
}

function hush() {
  clearTimeout(gap);
  playing?.sound.pause();
  playing = coming = null;
  queue = [];
  mark();
}

// A sentence is one recording or several; between two sentences there is a silence.
function say(sentences) {
  hush();
  queue = sentences.flatMap((sentence, index) => [...(index ? [SENTENCE] : []), ...sentence.split(" ")]);
  next();
}

function next() {
  playing = null;
  const first = queue.shift();
  if (first === undefined || !main.dataset.voices) return mark();
  if (typeof first === "number") {
    prepare();
    gap = setTimeout(next, first);
    return;
  }
  playing = coming?.name === first ? coming : recording(first);
  coming = null;
  const { sound } = playing;
  sound.volume = LOUDNESS[loudness];
  sound.addEventListener("ended", next, { once: true });
  sound.addEventListener("error", next, { once: true });
  sound.play().catch(() => {}); // a browser that blocks autoplay stays quiet; docs/install.md names the switch
  mark(first);
  prepare();
}

function prepare() {
  const soon = queue.find((one) => typeof one === "string");
  if (soon && coming?.name !== soon) coming = recording(soon);
}

function mark(name = "") {
  document.body.dataset.speaking = name;
}

const own = (place) => (main.dataset.voiceOwn ?? "").split(" ")[place];

function sayOwn(place) {
  if (on && own(place)) say([own(place)]);
}

// The screen, and what is fetched for those that may come next.

function sayScreen(sentences = sentencesOf(main)) {
  said = sentencesOf(main);
  if (on) say(sentences);
}

function fetchAhead() {
  const soon = [...(main.dataset.voiceAhead ?? "").split(" "), ...sentencesOf(main).slice(0, 1)].filter(Boolean);
  for (const name of soon) fetch(main.dataset.voices.replace("#", name)).catch(() => {});
}

document.addEventListener("screen", ({ detail }) => {
  main = detail;
  const before = was;
  was = { ...main.dataset };
  const same = before.screen === was.screen && before.visit === was.visit;
  if (!main.dataset.voices) return hush();
  if (was.visitor !== visitor) return end();
  if (wishes()) return;
  if (on) fetchAhead();
  // A remark that was added to the screen is said alone.
  sayScreen(same ? sentencesOf(main).filter((sentence) => !said.includes(sentence)) : undefined);
});

document.addEventListener("wished", ({ detail }) => {
  main = detail;
  wishes();
});

// Starts or ends the speech where the service was told so since the last screen; returns whether it did.
function wishes() {
  const before = wished;
  wished = main.dataset.spoken;
  if (wished === before || (wished === "true") === on) return false;
  if (wished === "true") start();
  else stop();
  return true;
}

// Whoever starts the speech on the first screen has it for the visit that begins there, and nobody after them.
function end() {
  hush();
  visitor = main.dataset.visitor;
  wished = main.dataset.spoken;
  loudness = AGAIN;
  on = always && possible;
  show();
  if (on) sayScreen();
}

function show() {
  document.body.dataset.speech = on ? "on" : "off";
}

function start() {
  if (on || !possible || !main.dataset.voices) return;
  on = true;
  show();
  listening();
  fetchAhead();
  sayScreen([own(OWN.started), ...sentencesOf(main)]);
}

function stop() {
  if (!on) return;
  say([own(OWN.stopped)]);
  on = false;
  show();
  listening();
}

// The service knows, so that its time limits leave time to listen. It forgets somebody who leaves without a word.
function listening() {
  document.dispatchEvent(new CustomEvent("listening", { detail: on }));
}

function pause() {
  if (!playing) return next();
  const { sound } = playing;
  if (sound.paused) sound.play().catch(() => {});
  else sound.pause();
}

function setLoudness(step) {
  loudness = Math.min(LOUDNESS.length - 1, Math.max(0, loudness + step));
  if (playing) playing.sound.volume = LOUDNESS[loudness];
}

// What is pressed

const PRESSED = {
  listen: () => {
    starting = !on;
    start();
  },
  repeat: () => sayScreen(),
  pause,
  louder: () => setLoudness(1),
  softer: () => setLoudness(-1),
  silence: stop,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  PRESSED[button?.dataset.action]?.();
});

document.addEventListener("speech", () => (on ? stop() : start()));
document.addEventListener("again", () => on && sayScreen());
document.addEventListener("chosen", ({ detail }) => sayOwn(detail ? OWN.chosen : OWN.notChosen));

document.addEventListener("typed", ({ detail }) => {
  if (!on) return;
  click.currentTime = 0;
  click.play().catch(() => {});
  sayOwn(detail);
});

document.addEventListener(
  "toggle",
  ({ newState, target }) => {
    const started = starting && target.id === "speech"; // by the button that opened it
    starting = false;
    if (on && newState === "open" && !started) say(sentencesOf(target));
  },
  true,
);

on = always && possible;
show();
