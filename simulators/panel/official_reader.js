// The simulated 顔認証付きカードリーダー: chooses an invented person, and writes the result of their card.

const use = document.getElementById("use");
const person = document.getElementById("person");
const state = document.getElementById("state");

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

function optionFor(one) {
  const option = document.createElement("option");
  option.value = one.id;
  option.textContent = one.label;
  return option;
}

async function readCard(event) {
  event.preventDefault();
  const wanted = { person: person.value, consent: use.consent.value === "yes", trouble: use.trouble.value || null };
  try {
    await request("official-reader", wanted);
    state.textContent = "受付が完了しました。カードを取り出してください。";
  } catch (error) {
    state.textContent = `できませんでした (${error.message})`;
  }
}

use.addEventListener("submit", readCard);
const found = await request("official-reader/people");
person.replaceChildren(...found.people.map(optionFor));
person.selectedIndex = 0;
