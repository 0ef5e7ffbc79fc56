// SPDX-License-Identifier: MIT
// Sends actions to the simulator; a refusal is shown in words, with the next step.

import { word } from "./words.js";

export async function act(name, fields) {
  try {
    const answer = await fetch(`/actions/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    if (answer.ok) return true;
    const refusal = await answer.json();
    toast(`${refusal.error} – ${refusal.next}`);
  } catch {
    toast(word("lost"));
  }
  return false;
}

export function toast(text) {
  const line = document.createElement("p");
  line.textContent = text;
  const toasts = document.getElementById("toasts");
  toasts.replaceChildren(line);
  setTimeout(() => line.remove(), 6000);
}
