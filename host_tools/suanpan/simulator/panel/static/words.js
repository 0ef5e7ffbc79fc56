// SPDX-License-Identifier: MIT
// The page's words, given by the server in the chosen language, and how amounts and times are written.

const all = JSON.parse(document.getElementById("words").textContent);

export const language = document.documentElement.lang.slice(0, 2);

export function word(key, otherwise = key) {
  return all[key] ?? otherwise;
}

// Minor units to text by digits, never by floating point.
export function money(amount, currency) {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = amount < 0 ? "−" : "";
  const mark = currency === "CNY" ? "¥" : currency ? `${currency} ` : "";
  return `${sign}${mark}${whole}.${digits.slice(-2)}`;
}

export function clock(value) {
  if (!value) return "–";
  const date = typeof value === "number" ? new Date(value * 1000) : new Date(value);
  return Number.isNaN(date.getTime()) ? "–" : date.toLocaleTimeString("en-GB");
}
