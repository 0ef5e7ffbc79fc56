// SPDX-License-Identifier: MIT
// The customer's hand: a card is clicked or dragged to the slot, a code is typed or picked and scanned.

import { act } from "./act.js";
import { backToTerminal } from "./keypad.js";

const DRAG_FROM = 8; // pixels of movement that make a press a drag
const still = matchMedia("(prefers-reduced-motion: reduce)");
const rail = document.getElementById("rail");
const damage = document.getElementById("damage");
let hand = null; // {card, ghost, startX, startY} while a card is dragged

for (const card of document.querySelectorAll(".card")) {
  card.addEventListener("pointerdown", (event) => take(event, card));
  card.addEventListener("click", () => {
    if (!card.dataset.dragged) swipe(card, card.getBoundingClientRect());
  });
}

function take(event, card) {
  delete card.dataset.dragged;
  if (event.button !== 0 || event.pointerType === "touch") return; // touch scrolls; a tap swipes
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
  const held = hand;
  hand = null;
  if (!held?.ghost) return;
  document.body.classList.remove("dragging");
  const from = held.ghost.getBoundingClientRect();
  held.ghost.remove();
  if (over(document.getElementById("terminal"), event)) swipe(held.card, from);
});

document.addEventListener("dragstart", (event) => event.preventDefault());

function over(place, { clientX, clientY }) {
  const box = place.getBoundingClientRect();
  return clientX > box.left - 30 && clientX < box.right + 60 && clientY > box.top && clientY < box.bottom;
}

function copyOf(card, box) {
  const ghost = card.cloneNode(true);
  ghost.className = "card ghost";
  ghost.removeAttribute("data-card");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(ghost);
  return ghost;
}

async function swipe(card, from) {
  const name = card.dataset.card;
  backToTerminal();
  await passThrough(card, from);
  await act("swipe", damage.value ? { card: name, damage: damage.value } : { card: name });
}

// The card turns on its edge and runs down the slot.
async function passThrough(card, from) {
  const slot = rail.getBoundingClientRect();
  if (still.matches || !slot.height) return;
  const ghost = copyOf(card, from);
  const x = slot.left + slot.width / 2 - (from.left + from.width / 2);
  const y = slot.top - from.top;
  const run = ghost.animate(
    [
      { transform: "none", offset: 0 },
      { transform: `translate(${x}px, ${y - 20}px) rotate(90deg) scale(.8)`, offset: 0.5, easing: "ease-in" },
      { transform: `translate(${x}px, ${y + slot.height - 60}px) rotate(90deg) scale(.8)`, offset: 0.92, opacity: 1 },
      { transform: `translate(${x}px, ${y + slot.height - 30}px) rotate(90deg) scale(.8)`, opacity: 0 },
    ],
    { duration: 620, easing: "ease-out" },
  );
  run.finished.then(() => ghost.remove());
  await new Promise((done) => setTimeout(done, 420));
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
