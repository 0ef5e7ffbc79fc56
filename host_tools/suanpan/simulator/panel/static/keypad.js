// SPDX-License-Identifier: MIT
// The keypad by mouse, touch and real keys. Keys are sent in the order pressed, one request at a time.

import { act } from "./act.js";
import { toCards } from "./drawer.js";
import { takeOut } from "./readers.js";

const REAL_KEYS = {
  Enter: "ENTER",
  Escape: "CANCEL",
  Backspace: "CLEAR",
  ArrowUp: "UP",
  ArrowDown: "DOWN",
  ".": "00",
  m: "MENU",
  f: "FUNC",
};
const waiting = [];
let sending = false;

for (const key of document.querySelectorAll(".key")) {
  // A finger on a key does not take the focus: Enter stays the terminal's ENTER.
  key.addEventListener("pointerdown", (event) => event.preventDefault());
  key.addEventListener("click", () => press(key.dataset.key));
}

export async function press(name) {
  flash(name);
  waiting.push(name);
  if (sending) return;
  sending = true;
  while (waiting.length) await act("keys", { keys: waiting.splice(0, 32) });
  sending = false;
}

function flash(name) {
  const key = document.querySelector(`.key[data-key="${name}"]`);
  key.classList.add("down");
  setTimeout(() => key.classList.remove("down"), 110);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea")) return;
  if (jump(event)) return;
  const name = /^[0-9]$/.test(event.key) ? event.key : REAL_KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  // Enter and arrows keep their meaning on a control that has the focus.
  if (!name || (wanted(event.target) && /^(Enter|Arrow)/.test(event.key))) return;
  event.preventDefault();
  if (!event.repeat) press(name);
});

function wanted(target) {
  return target.closest("button, a, summary, [role=tab], .table, .sheet-body");
}

// C to the cards, S to the code, R takes cards from the terminal; back to it by itself after a card or code.
function jump(event) {
  const key = event.key.toLowerCase();
  if (!["c", "s", "r"].includes(key) || event.repeat) return false;
  event.preventDefault();
  if (key === "r") {
    takeOut();
    return true;
  }
  document.dispatchEvent(new CustomEvent("view", { detail: "pay" }));
  if (key === "c") toCards();
  else document.getElementById("code").focus();
  return true;
}

export function backToTerminal() {
  document.dispatchEvent(new CustomEvent("view", { detail: "terminal" }));
  document.getElementById("terminal").focus({ preventScroll: true });
}
