// SPDX-License-Identifier: MIT
// How a card is seen on its way: down the rail on its edge, into the slot, or over the field.

const still = matchMedia("(prefers-reduced-motion: reduce)");
const ARRIVES = 420; // ms of the flight's 620 until the card is read

const WAYS = {
  stripe: { to: "rail", frames: alongRail },
  chip: { to: "slot", frames: intoSlot },
  contactless: { to: "field", frames: overField },
};

export function copyOf(card, box) {
  const ghost = card.cloneNode(true);
  ghost.className = "card ghost";
  ghost.removeAttribute("data-card");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(ghost);
  return ghost;
}

export async function fly(card, from, use) {
  const place = document.getElementById(WAYS[use].to).getBoundingClientRect();
  if (still.matches || !place.height) return;
  const ghost = copyOf(card, from);
  const across = place.left + place.width / 2 - (from.left + from.width / 2);
  const run = ghost.animate(WAYS[use].frames(across, from, place), { duration: 620, easing: "ease-out" });
  run.finished.then(() => ghost.remove());
  await new Promise((done) => setTimeout(done, ARRIVES));
}

// The card turns on its edge and runs down the slot.
function alongRail(x, from, rail) {
  const y = rail.top - from.top;
  return [
    { transform: "none", offset: 0 },
    { transform: `translate(${x}px, ${y - 20}px) rotate(90deg) scale(.8)`, offset: 0.5, easing: "ease-in" },
    { transform: `translate(${x}px, ${y + rail.height - 60}px) rotate(90deg) scale(.8)`, offset: 0.92, opacity: 1 },
    { transform: `translate(${x}px, ${y + rail.height - 30}px) rotate(90deg) scale(.8)`, opacity: 0 },
  ];
}

function intoSlot(x, from, slot) {
  const y = slot.bottom - from.top;
  return [
    { transform: "none", offset: 0 },
    { transform: `translate(${x}px, ${y + 20}px)`, offset: 0.55, opacity: 1 },
    { transform: `translate(${x}px, ${y - 20}px)`, opacity: 0 },
  ];
}

function overField(x, from, field) {
  const y = field.top + field.height / 2 - (from.top + from.height / 2);
  return [
    { transform: "none", offset: 0 },
    { transform: `translate(${x}px, ${y}px) scale(.8)`, offset: 0.6, opacity: 1 },
    { transform: `translate(${x}px, ${y}px) scale(.76)`, opacity: 0 },
  ];
}
