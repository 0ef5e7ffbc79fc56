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

// A moment (ISO 8601, or Unix seconds) as time of day at the terminal, as on its screen and slips.
export function clock(moment) {
  const at = typeof moment === "number" ? moment * 1000 : Date.parse(moment);
  if (!at) return "–";
  return new Date(at + Number(document.body.dataset.offset) * 60_000).toISOString().slice(11, 19);
}
