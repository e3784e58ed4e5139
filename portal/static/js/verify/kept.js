// The keys and status lists that stay on this device, and how old they are.

import { judge, parse, unpacked } from "./signed.js";

const SHELF = "gi-inspector-kept";

export async function refresh() {
  const answer = await fetch("/inspector/kept.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const kept = await answer.json();
  kept.fetched = Date.now();
  localStorage.setItem(SHELF, JSON.stringify(kept));
  return kept;
}

export function find() {
  try {
    return JSON.parse(localStorage.getItem(SHELF));
  } catch {
    return null;
  }
}

export function hoursOld(kept) {
  return (Date.now() - kept.fetched) / 3600000;
}

// The row of bits of one list, or null where it is not kept or its signature does not hold.
export async function listOf(kept, purpose, number, fallback) {
  const read = parse((kept.lists[purpose] || [])[number - 1] || "");
  if (!read || (await judge(read, kept.keys, fallback)) !== "holds") return null;
  const subject = read.payload.credentialSubject;
  return subject.statusPurpose === purpose ? unpacked(subject.encodedList) : null;
}
