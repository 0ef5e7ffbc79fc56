// SPDX-License-Identifier: MIT
// The slip grows out of the printer as rows are fed, is torn off, and lies in the tray to be read again.

import { word } from "./words.js";

const SPEED = 0.5; // shown pixels per millisecond, about what a thermal head feeds
const still = matchMedia("(prefers-reduced-motion: reduce)");
const paper = document.getElementById("paper");
const tray = document.getElementById("slips");
const sheet = document.getElementById("slip");
const torn = new Set(); // numbers that lie in the tray
let feeding = null; // {n, height, complete}: what the printer has fed so far
let out = 0; // pixels of it shown
let step = 0; // time of the last animation frame

export function clearTray() {
  tray.replaceChildren();
  torn.clear();
  document.getElementById("no-slips").hidden = false;
}

export function showPaper(slip, fresh = true) {
  if (torn.has(slip.n) || !slip.height) return;
  if (!fresh && slip.complete) return layDown(slip);
  if (feeding && feeding.n !== slip.n) tearOff(feeding); // the next one pushes it out
  if (feeding?.n !== slip.n) out = 0;
  feeding = slip;
  paper.src = `/slips/${slip.n}.png?h=${slip.height}&c=${Number(slip.complete)}`;
  paper.dataset.n = slip.n;
  paper.hidden = false;
  step = 0;
  requestAnimationFrame(feed);
}

function feed(now) {
  if (!feeding) return;
  const whole = (feeding.height / feeding.width) * paper.offsetWidth;
  out = still.matches ? whole : Math.min(whole, out + (step ? (now - step) * SPEED : 1));
  step = now;
  paper.style.setProperty("--out", `${out}px`);
  paper.style.setProperty("--whole", `${whole}px`);
  if (out < whole) requestAnimationFrame(feed);
  else if (feeding.complete) {
    const slip = feeding;
    setTimeout(() => feeding === slip && tearOff(slip), still.matches ? 0 : 900);
  }
}

function tearOff(slip) {
  feeding = null;
  if (still.matches || !paper.animate) return finish(slip);
  const drop = paper.animate(
    [{ transform: "none" }, { transform: "rotate(5deg) translate(14px, -10px)", offset: 0.3 }, { transform: "rotate(14deg) translate(160px, 40px)", opacity: 0 }],
    { duration: 520, easing: "ease-in" },
  );
  drop.finished.then(() => finish(slip));
}

function finish(slip) {
  if (!feeding) paper.hidden = true;
  layDown(slip);
}

function layDown(slip) {
  if (torn.has(slip.n)) return;
  torn.add(slip.n);
  const place = document.createElement("li");
  const button = document.createElement("button");
  const picture = document.createElement("img");
  button.type = "button";
  button.className = "lying";
  button.dataset.slip = slip.n;
  button.setAttribute("aria-label", `${word("slip")} ${slip.n}`);
  picture.src = `/slips/${slip.n}.png?h=${slip.height}&c=1`;
  picture.alt = "";
  picture.loading = "lazy";
  const label = document.createElement("span");
  label.textContent = slip.n;
  button.append(picture, label);
  button.addEventListener("click", () => read(slip));
  place.append(button);
  tray.prepend(place);
  document.getElementById("no-slips").hidden = true;
  document.dispatchEvent(new CustomEvent("arrived", { detail: "tray" }));
}

async function read(slip) {
  const picture = document.getElementById("slip-picture");
  const address = `/slips/${slip.n}.png?h=${slip.height}&c=1`;
  sheet.querySelector("h2 span").textContent = slip.n;
  picture.src = address;
  picture.alt = `${word("slip")} ${slip.n}`;
  document.getElementById("slip-save").href = address;
  document.getElementById("slip-save").download = `slip-${slip.n}.png`;
  show(false);
  sheet.showModal();
  const text = await fetch(`/slips/${slip.n}.txt`).then((answer) => answer.text());
  document.getElementById("slip-text").textContent = text;
  picture.alt = text;
}

function show(asText) {
  document.getElementById("slip-picture").hidden = asText;
  document.getElementById("slip-text").hidden = !asText;
  document.getElementById("slip-form").textContent = word(asText ? "as_picture" : "as_text");
}

document.getElementById("slip-form").addEventListener("click", () => show(document.getElementById("slip-text").hidden));
document.getElementById("slip-close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => event.target === sheet && sheet.close()); // on the backdrop
