// SPDX-License-Identifier: MIT
// What is in the chip slot and on the contactless field, as the simulator tells it; a click takes it away.

import { act } from "./act.js";
import { word } from "./words.js";

export function showCards({ chip, contactless }) {
  show(document.getElementById("in-slot"), chip ? [chip] : [], word("take_out"));
  show(document.getElementById("in-field"), contactless, word("take_away"));
}

function show(place, names, does) {
  place.hidden = !names.length;
  if (place.hidden) return;
  const cards = names.map((name) => document.querySelector(`.card[data-card="${CSS.escape(name)}"]`));
  const title = cards.map((card, at) => card?.querySelector("b").textContent ?? names[at]).join(", ");
  place.dataset.scheme = cards[0]?.dataset.scheme ?? "";
  place.toggleAttribute("data-phone", Boolean(cards[0] && "phone" in cards[0].dataset));
  place.setAttribute("aria-label", `${does}: ${title}`);
  place.replaceChildren(line("b", title), line("span", does));
}

function line(kind, text) {
  const part = document.createElement(kind);
  part.textContent = text;
  return part;
}

export function takeOut() {
  return act("remove", {});
}

for (const id of ["in-slot", "in-field"]) document.getElementById(id).addEventListener("click", takeOut);
