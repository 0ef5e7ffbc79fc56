// SPDX-License-Identifier: MIT
// Switches of the world around the terminal. They show what the simulator says, not what was clicked.

import { act } from "./act.js";
import { showPowerOnDevice } from "./terminal.js";
import { word } from "./words.js";

const at = (id) => document.getElementById(id);

const TURNS = {
  network: (on) => act("network", { state: on ? "up" : "down" }),
  blackhole: (on) => act("network", { blackhole: on }),
  power: (on) => act("power", on ? { on: true } : { cut: "now" }),
  "paper-in": (on) => act("printer", { paper: on ? "in" : "out" }),
  cover: (on) => act("printer", { cover: on ? "closed" : "open" }),
  overheat: (on) => act("printer", { overheat: on }),
};

for (const [id, turn] of Object.entries(TURNS)) {
  at(id).addEventListener("click", () => turn(at(id).getAttribute("aria-checked") !== "true"));
}
at("delay").addEventListener("change", () => act("network", { delay_ms: Number(at("delay").value) }));
at("loss").addEventListener("change", () => act("network", { loss: Number(at("loss").value) }));
at("cut").addEventListener("submit", (event) => {
  event.preventDefault();
  act("power", { cut_after_writes: Number(at("writes").value) });
});
for (const button of document.querySelectorAll("[data-next]")) {
  button.addEventListener("click", () => {
    const next = button.dataset.next;
    act("host", next === "decline" ? { next, code: at("decline-code").value } : { next });
  });
}

function turn(id, on) {
  const element = at(id);
  element.setAttribute("aria-checked", on);
  element.querySelector("output").textContent = on ? element.dataset.on : element.dataset.off;
}

export function showNetwork({ state, delay_ms, loss, blackhole }) {
  turn("network", state === "up");
  turn("blackhole", blackhole);
  choose("delay", delay_ms, `${delay_ms} ms`);
  choose("loss", loss, `${Math.round(loss * 100)} %`);
  document.body.dataset.network = state === "up" && !blackhole ? "up" : "down";
}

// A value that a script set and no choice here has is shown all the same.
function choose(id, value, text) {
  const select = at(id);
  if (![...select.options].some((option) => Number(option.value) === value)) select.add(new Option(text, value));
  select.value = [...select.options].find((option) => Number(option.value) === value).value;
}

export function showPower({ on, armed }) {
  turn("power", on);
  showPowerOnDevice(on);
  at("armed").textContent = armed ? `${word("armed")}: ${armed} ${word("writes")}` : "";
}

export function showPrinter({ paper, cover, overheat }) {
  turn("paper-in", paper === "in");
  turn("cover", cover === "closed");
  turn("overheat", overheat);
  document.getElementById("terminal").dataset.cover = cover;
}

export function showIssuer({ next, code }) {
  for (const button of document.querySelectorAll("[data-next]")) {
    button.setAttribute("aria-pressed", button.dataset.next === next);
  }
  at("issuer-state").textContent = next ? `${word(`next_${next}`)} ${code ?? ""}` : word("issuer_usual");
}
