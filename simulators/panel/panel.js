// The 模擬 panel: chooses an invented person, puts the card on the simulated reader, takes it away.

const REFRESH_MILLISECONDS = 1000;
const NO_PIN = "－";

const choice = document.getElementById("choice");
const persona = document.getElementById("persona");
const trouble = document.getElementById("trouble");
const explanation = document.getElementById("explanation");
const pin = document.getElementById("pin");
const state = document.getElementById("state");

let people = new Map();

async function request(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(new URL(`../${path}`, import.meta.url), { credentials: "same-origin", ...options });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function optionFor(person) {
  const option = document.createElement("option");
  option.value = person.id;
  option.textContent = `${person.row} ${person.label}`;
  return option;
}

function showChosen() {
  const person = people.get(persona.value);
  explanation.textContent = person ? person.explanation : "";
  pin.textContent = (person && person.pin) || NO_PIN;
}

function sentenceFor(reader) {
  if (!reader.card_present) return "リーダーにカードはありません。";
  const person = people.get(reader.persona);
  return person ? `「${person.label}」のカードが置いてあります。` : "カードが置いてあります。";
}

function showState(found) {
  const text = found.readers.map(sentenceFor).join(" ") || "リーダーがありません。";
  // Written only when it changes, so that it is read aloud once.
  if (state.textContent !== text) state.textContent = text;
}

async function act(work) {
  try {
    showState(await work());
  } catch (error) {
    state.textContent = `できませんでした (${error.message})`;
  }
}

function putChosen(event) {
  event.preventDefault();
  const wanted = { persona: persona.value };
  // The second command reads the certificate.
  if (trouble.value) wanted.trouble = { kind: trouble.value, at: 2 };
  act(() => request("put", wanted));
}

async function begin() {
  const found = await request("people");
  people = new Map(found.people.map((person) => [person.id, person]));
  persona.replaceChildren(...found.people.map(optionFor));
  persona.selectedIndex = 0;
  showChosen();
  return request("state");
}

persona.addEventListener("change", showChosen);
choice.addEventListener("submit", putChosen);
document.getElementById("take").addEventListener("click", () => act(() => request("take", {})));

await act(begin);
setInterval(() => act(() => request("state")), REFRESH_MILLISECONDS);
