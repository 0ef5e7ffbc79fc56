// SPDX-License-Identifier: MIT
// The slip grows out of the printer as rows are fed, is torn off, and is laid in the tray.

import { clearTray, lies, layDown } from "./tray.js";

const SPEED = 0.42; // shown pixels per millisecond, about what a thermal head feeds
const HELD_MS = 1100; // a whole slip stays in the printer's mouth for so long before it is torn off
const still = matchMedia("(prefers-reduced-motion: reduce)");
const paper = document.getElementById("paper");
let feeding = null; // {n, rows, complete}: what the printer has fed so far
let whole = 0; // pixels of it that exist
let out = 0; // pixels of it shown
let last = 0; // time of the last animation frame, 0 = at rest

export function clearPaper() {
  clearTray();
  feeding = null;
  paper.hidden = true;
}

export async function showPaper(slip, fresh = true) {
  if (lies(slip.n)) return;
  if (!fresh && slip.complete) return layDown(slip, false);
  if (feeding && feeding.n !== slip.n) tearOff(feeding); // the next one pushes it out
  if (feeding?.n !== slip.n) out = whole = 0;
  feeding = slip;
  const picture = new Image();
  picture.src = address(slip);
  await picture.decode().catch(() => {});
  if (feeding !== slip || !picture.naturalWidth) return; // more was fed meanwhile
  paper.hidden = false;
  paper.src = picture.src;
  paper.dataset.n = slip.n;
  whole = (picture.naturalHeight / picture.naturalWidth) * paper.offsetWidth;
  place();
  if (!last) {
    last = performance.now();
    requestAnimationFrame(feed);
  }
}

function address(slip) {
  return `/slips/${slip.n}.png?rows=${slip.rows}`;
}

function place() {
  paper.style.setProperty("--out", `${out}px`);
  paper.style.setProperty("--whole", `${whole}px`);
}

function feed(now) {
  if (!feeding) return (last = 0);
  out = still.matches ? whole : Math.min(whole, out + Math.max(0, now - last) * SPEED);
  last = now;
  place();
  if (out < whole) return requestAnimationFrame(feed);
  last = 0;
  const slip = feeding;
  if (slip.complete) setTimeout(() => feeding === slip && tearOff(slip), still.matches ? 0 : HELD_MS);
}

function tearOff(slip) {
  feeding = null;
  if (still.matches) return finish(slip);
  const drop = paper.animate(
    [
      { transform: "none" },
      { transform: "rotate(4deg) translateY(-8px)", offset: 0.35 },
      { transform: "rotate(16deg) translate(170px, 30px)", opacity: 0 },
    ],
    { duration: 480, easing: "ease-in" },
  );
  drop.finished.then(() => finish(slip));
}

function finish(slip) {
  if (!feeding) paper.hidden = true;
  layDown(slip);
}
