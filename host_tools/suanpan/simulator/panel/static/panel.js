// SPDX-License-Identifier: MIT
// Start of the page: listens to the simulator, shows sections on a phone, remembers light or dark.

import { clearBooks, showAlarm, showNoAlarms, showQueue, showRow } from "./books.js";
import "./keypad.js";
import { clearPaper, showPaper } from "./paper.js";
import "./purse.js";
import { showCards } from "./readers.js";
import { beep, forgetScreen, say, showLamps, showScreen, showText } from "./terminal.js";
import { showIssuer, showNetwork, showPower, showPrinter } from "./world.js";
import { word } from "./words.js";

const SHOWS = {
  snapshot: showAll,
  screen: showScreen,
  text: showText,
  lamps: showLamps,
  cards: showCards,
  voice: say,
  beep,
  paper: showPaper,
  network: showNetwork,
  power: showPower,
  printer: showPrinter,
  issuer: showIssuer,
  queue: showQueue,
  alarm: showAlarm,
  row: (row) => {
    showRow(row);
    document.dispatchEvent(new CustomEvent("arrived", { detail: "host" }));
  },
};

const events = new EventSource("/events");
for (const [kind, show] of Object.entries(SHOWS)) {
  events.addEventListener(kind, (event) => show(JSON.parse(event.data)));
}
events.addEventListener("open", () => live("yes", word("live")));
events.addEventListener("error", () => live("no", word("lost")));

function live(state, text) {
  const place = document.getElementById("live");
  place.dataset.live = state;
  place.querySelector("span").textContent = text;
}

function showAll(state) {
  forgetScreen();
  clearBooks();
  clearPaper();
  showScreen(state.screen);
  showText(state);
  showLamps(state.lamps);
  showCards(state.cards);
  showNetwork(state.network);
  showPower(state.power);
  showPrinter(state.printer);
  showIssuer(state.issuer);
  showQueue(state.queue);
  for (const row of state.rows) showRow(row, false);
  document.getElementById("no-rows").hidden = state.rows.length > 0;
  if (!state.alarms.length) showNoAlarms();
  for (const alarm of state.alarms) showAlarm(alarm);
  for (const slip of state.slips) showPaper(slip, false);
  document.body.dataset.ready = "yes";
}

// --- sections on a narrow page ---

function view(name) {
  document.body.dataset.view = name;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) count(tab, 0);
  }
}

function count(tab, number) {
  const badge = tab.querySelector(".count");
  badge.textContent = number;
  badge.hidden = !number;
}

const tabs = [...document.querySelectorAll("[data-tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    view(tab.dataset.tab);
    scrollTo(0, 0);
  });
  tab.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const next = tabs[(tabs.indexOf(tab) + move + tabs.length) % tabs.length];
    view(next.dataset.tab);
    next.focus();
  });
}
document.addEventListener("view", (event) => view(event.detail));
document.addEventListener("arrived", (event) => {
  if (document.body.dataset.view === event.detail) return;
  const tab = document.querySelector(`[data-tab="${event.detail}"]`);
  count(tab, Number(tab.querySelector(".count").textContent || 0) + 1);
});
view("terminal");

// --- light or dark ---

const root = document.documentElement;
const THEME = "suanpan-theme";
try {
  root.dataset.theme = localStorage.getItem(THEME) ?? "";
} catch {
  root.dataset.theme = ""; // storage may be forbidden
}
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem(THEME, root.dataset.theme);
  } catch {
    // the choice then lasts as long as the page
  }
});

// A control that was clicked gives the focus back, so that Enter is the terminal's ENTER again.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button:not([data-tab])");
  if (event.detail > 0 && button && !button.closest("dialog")) button.blur();
});
