// SPDX-License-Identifier: MIT
// The host's rows as they are committed, the terminal's queue, and alarms.

import { clock, language, money, word } from "./words.js";

const table = document.getElementById("rows");
const rows = new Map(); // identity (terminal, epoch, seq) to its <tr>
const BEADS = 10;

export function clearBooks() {
  rows.clear();
  table.replaceChildren();
  document.getElementById("alarms").replaceChildren();
}

export function showRow(row, fresh = true) {
  const identity = `${row.terminal}/${row.epoch}/${row.seq}`;
  const line = document.createElement("tr");
  line.dataset.identity = identity;
  line.dataset.state = row.state;
  line.append(
    cell("time", clock(row.occurred_at || row.received_at)),
    cell("kind", word(`kind_${row.kind}`, row.kind)),
    cell("amount", money(row.amount ?? 0, row.currency)),
    payer(row),
    state(row),
    reference(row),
  );
  if (fresh) line.classList.add("fresh");
  if (rows.has(identity)) rows.get(identity).replaceWith(line);
  else table.prepend(line);
  rows.set(identity, line);
  document.getElementById("no-rows").hidden = true;
}

function cell(kind, text) {
  const made = document.createElement("td");
  made.className = kind;
  made.textContent = text;
  return made;
}

function payer(row) {
  const made = cell("payer", row.pan_masked || "–");
  const entry = word(`entry_${row.entry}`, "");
  const emv = row.emv ?? {};
  const fallback = emv.entry === "fallback" && word("fallback");
  const note = [row.issuer, entry, fallback].filter(Boolean).join(" · ");
  if (note) made.append(small(note));
  if (emv.kind) made.append(small(`${emv.kind} ${emv.cryptogram}`));
  return made;
}

function reference(row) {
  const made = cell("reference", row.auth_code || "–");
  if (row.voucher) made.append(small(String(row.voucher).padStart(6, "0")));
  return made;
}

function small(text) {
  const made = document.createElement("small");
  made.textContent = text;
  return made;
}

function state(row) {
  const made = document.createElement("td");
  made.className = "state";
  made.append(chip(word(`state_${row.state}`, row.state), row.state));
  if (row.offline) made.append(chip(word("mark_offline"), "offline"));
  if (row.reversed && row.state !== "reversed") made.append(chip(word("mark_reversed"), "reversed"));
  return made;
}

function chip(text, tone) {
  const made = document.createElement("span");
  made.className = "chip-mark";
  made.dataset.tone = tone;
  made.textContent = text;
  return made;
}

// One bead for each record that the host has not confirmed, as on a counting board.
export function showQueue({ records, pending }) {
  const queue = document.getElementById("queue");
  queue.dataset.pending = pending;
  queue.querySelector("small").textContent = `${records} ${word("records")}`;
  queue.querySelector(".queue-text").textContent = pending ? `${pending} ${word("waiting")}` : word("synced");
  const rod = queue.querySelector(".rod");
  while (rod.children.length > BEADS) rod.lastChild.remove();
  while (rod.children.length < BEADS) rod.append(document.createElement("i"));
  [...rod.children].forEach((bead, place) => bead.classList.toggle("waiting", place < pending));
}

export function showAlarm(alarm) {
  const list = document.getElementById("alarms");
  const said = alarm.text?.[language] ?? alarm.detail ?? alarm.name ?? String(alarm.kind ?? "?");
  list.querySelector(".empty")?.remove();
  const same = [...list.children].find((line) => line.dataset.said === said);
  const times = Number(same?.dataset.times ?? 0) + 1;
  same?.remove();
  const line = document.createElement("li");
  Object.assign(line.dataset, { said, times, severity: alarm.severity ?? 2 });
  const text = document.createElement("b");
  text.textContent = times > 1 ? `${said} ×${times}` : said;
  line.append(text, small([alarm.remedy?.[language], alarm.code && `#${alarm.code}`].filter(Boolean).join(" · ")));
  list.prepend(line);
  while (list.children.length > 8) list.lastChild.remove();
}

export function showNoAlarms() {
  const line = document.createElement("li");
  line.className = "empty";
  line.textContent = word("empty_alarms");
  document.getElementById("alarms").replaceChildren(line);
}
