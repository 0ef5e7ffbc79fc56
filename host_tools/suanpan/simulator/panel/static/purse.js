// SPDX-License-Identifier: MIT
// The customer's hand: a card is clicked or dragged to the terminal, a code is typed or picked and scanned.

import { act } from "./act.js";
import { copyOf, fly } from "./flight.js";
import { backToTerminal } from "./keypad.js";

const DRAG_FROM = 8; // pixels of movement that make a press a drag
const damage = document.getElementById("damage");
const torn = document.getElementById("torn");
let hand = null; // {card, ghost, startX, startY} while a card is dragged

for (const card of document.querySelectorAll(".card")) {
  card.addEventListener("pointerdown", (event) => take(event, card));
  card.addEventListener("click", (event) => {
    const use = event.shiftKey ? "stripe" : card.dataset.use;
    if (!card.dataset.dragged) present(card, card.getBoundingClientRect(), use);
  });
}

function take(event, card) {
  delete card.dataset.dragged;
  if (event.button !== 0 || event.pointerType === "touch") return; // touch scrolls; a tap presents
  hand = { card, ghost: null, startX: event.clientX, startY: event.clientY };
}

document.addEventListener("pointermove", (event) => {
  if (!hand) return;
  const far = Math.hypot(event.clientX - hand.startX, event.clientY - hand.startY) > DRAG_FROM;
  if (!hand.ghost && far) {
    hand.ghost = copyOf(hand.card, hand.card.getBoundingClientRect());
    hand.card.dataset.dragged = "yes";
    document.body.classList.add("dragging");
  }
  if (hand.ghost) hand.ghost.style.translate = `${event.clientX - hand.startX}px ${event.clientY - hand.startY}px`;
});

document.addEventListener("pointerup", (event) => {
  const dropped = hand;
  hand = null;
  if (!dropped?.ghost) return;
  document.body.classList.remove("dragging");
  const from = dropped.ghost.getBoundingClientRect();
  dropped.ghost.remove();
  if (over(document.getElementById("rail"), event)) present(dropped.card, from, "stripe");
  else if (over(document.getElementById("terminal"), event)) present(dropped.card, from, dropped.card.dataset.use);
});

document.addEventListener("dragstart", (event) => event.preventDefault());

function over(place, { clientX, clientY }) {
  const box = place.getBoundingClientRect();
  return clientX > box.left && clientX < box.right + 60 && clientY > box.top && clientY < box.bottom;
}

const USES = {
  stripe: (card) => act("swipe", damage.value ? { card, damage: damage.value } : { card }),
  chip: (card) => act("insert", held(card)),
  contactless: (card) => act("tap", held(card)),
};

function held(card) {
  return torn.value ? { card, torn_at: Number(torn.value) } : { card };
}

async function present(card, from, use) {
  backToTerminal();
  await fly(card, from, use);
  await USES[use](card.dataset.card);
}

document.getElementById("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  scan(document.getElementById("code").value.trim());
});

for (const sample of document.querySelectorAll(".sample")) {
  sample.addEventListener("click", () => {
    document.getElementById("code").value = sample.dataset.code;
    scan(sample.dataset.code);
  });
}

function scan(code) {
  if (!code) return;
  const fields = { code };
  if (document.getElementById("unreadable").checked) fields.damage = "unreadable";
  backToTerminal();
  act("scan", fields);
}

document.getElementById("code").addEventListener("keydown", (event) => {
  if (event.key === "Escape") backToTerminal();
});
