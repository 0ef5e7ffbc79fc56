// SPDX-License-Identifier: MIT
// Slips that were torn off; each can be read again, as picture or text.

import { word } from "./words.js";

const tray = document.getElementById("slips");
const sheet = document.getElementById("slip");
const picture = document.getElementById("slip-picture");
const text = document.getElementById("slip-text");
const torn = new Set(); // numbers of the slips in the tray

export function clearTray() {
  tray.replaceChildren();
  torn.clear();
  document.getElementById("no-slips").hidden = false;
}

export function lies(number) {
  return torn.has(number);
}

export function layDown(slip, fresh = true) {
  if (torn.has(slip.n)) return;
  torn.add(slip.n);
  const place = document.createElement("li");
  place.append(lying(slip));
  tray.prepend(place);
  document.getElementById("no-slips").hidden = true;
  if (fresh) document.dispatchEvent(new CustomEvent("arrived", { detail: "tray" }));
}

function lying(slip) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "lying";
  button.dataset.slip = slip.n;
  button.setAttribute("aria-label", `${word("slip")} ${slip.n}`);
  const small = new Image();
  small.alt = "";
  small.loading = "lazy";
  small.src = address(slip);
  const number = document.createElement("span");
  number.textContent = slip.n;
  button.append(small, number);
  button.addEventListener("click", () => read(slip));
  return button;
}

function address(slip, form = "png") {
  return `/slips/${slip.n}.${form}?rows=${slip.rows}`;
}

async function read(slip) {
  sheet.querySelector("h2 span").textContent = slip.n;
  picture.src = address(slip);
  picture.alt = text.textContent = "";
  document.getElementById("slip-save").href = address(slip);
  document.getElementById("slip-save").download = `slip-${slip.n}.png`;
  show(false);
  sheet.showModal();
  const answer = await fetch(address(slip, "txt"));
  picture.alt = text.textContent = await answer.text();
}

function show(asText) {
  picture.hidden = asText;
  text.hidden = !asText;
  document.getElementById("slip-form").textContent = word(asText ? "as_picture" : "as_text");
}

document.getElementById("slip-form").addEventListener("click", () => show(text.hidden));
document.getElementById("slip-close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => event.target === sheet && sheet.close()); // beside the sheet
