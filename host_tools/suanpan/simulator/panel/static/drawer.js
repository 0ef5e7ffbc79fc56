// SPDX-License-Identifier: MIT
// The drawer of cards: one kind lies open, chosen by click, by arrow keys, or with C.

const tabs = [...document.querySelectorAll("[data-kind]")];
let open = tabs[0];

function choose(tab) {
  open = tab;
  for (const one of tabs) {
    one.setAttribute("aria-selected", one === tab);
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(`cards-${one.dataset.kind}`).hidden = one !== tab;
  }
  for (const part of document.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(tab.dataset.kind);
  }
}

function beside(move) {
  return tabs[(tabs.indexOf(open) + move + tabs.length) % tabs.length];
}

for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    choose(beside(move));
    open.focus();
  });
}

// To the first card; from there to the first of the next kind.
export function toCards() {
  if (document.activeElement?.closest(".card")) choose(beside(1));
  document.querySelector(`#cards-${open.dataset.kind} .card`).focus();
}
