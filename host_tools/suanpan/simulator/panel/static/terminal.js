// SPDX-License-Identifier: MIT
// The device: its picture, lamps and voice.

import { language, word } from "./words.js";

const canvas = document.getElementById("screen");
const pen = canvas.getContext("2d", { alpha: false });
const device = document.getElementById("terminal");
const bubble = document.getElementById("bubble");
const lampNames = new Map();
let newest = 0;
let sound = false;
let bubbleTimer = 0;

for (const lamp of document.querySelectorAll("[data-lamp]")) lampNames.set(lamp, lamp.getAttribute("aria-label"));

export async function showScreen({ v, png }) {
  newest = Math.max(newest, v);
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  if (v < newest) return; // a newer picture was decoded meanwhile
  if (canvas.width !== picture.width || canvas.height !== picture.height) {
    canvas.width = picture.width;
    canvas.height = picture.height;
  }
  pen.drawImage(picture, 0, 0);
  canvas.dataset.version = v;
  canvas.dispatchEvent(new CustomEvent("drawn", { detail: v }));
}

// After a reconnect versions may start again from a new simulator.
export function forgetScreen() {
  newest = 0;
}

export function showText({ text }) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean).join("\n");
  const mirror = document.getElementById("mirror");
  if (mirror.textContent !== lines) mirror.textContent = lines;
}

export function showLamps(lamps) {
  for (const [element, name] of lampNames) {
    const lit = Boolean(lamps[element.dataset.lamp]);
    element.classList.toggle("lit", lit);
    element.setAttribute("aria-label", lit ? `${name}: ${word("awaited")}` : name);
  }
}

export function showPowerOnDevice(on) {
  device.dataset.power = on ? "on" : "off";
}

export function say({ text }) {
  if (!text) return;
  bubble.textContent = text;
  bubble.hidden = false;
  clearTimeout(bubbleTimer);
  bubbleTimer = setTimeout(() => (bubble.hidden = true), 7000);
  if (sound && "speechSynthesis" in window) {
    const line = new SpeechSynthesisUtterance(text);
    line.lang = /[\u4e00-\u9fff]/.test(text) ? "zh-CN" : language;
    speechSynthesis.cancel();
    speechSynthesis.speak(line);
  }
}

let audio = null;

export function beep({ hz }) {
  if (!sound || !hz) return;
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hz;
  volume.gain.value = 0.04;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.07);
}

const switchOfSound = document.getElementById("sound");
switchOfSound.addEventListener("click", () => {
  sound = !sound;
  switchOfSound.setAttribute("aria-pressed", sound);
});
