// The inspector's page: what is kept, what is scanned or pasted, and the answer.

import { readPicture, watch } from "./camera.js";
import { find, hoursOld, listOf, refresh } from "./kept.js";
import { bitAt, judge, parse, parseLabel } from "./signed.js";
import { startTips } from "./tips.js";

const page = document.querySelector("[data-inspector]");
const fallback = page.dataset.library;
const word = (name) => page.querySelector(`[data-word="${name}"]`).textContent;
const part = (name) => page.querySelector(`[data-part="${name}"]`);
let kept = find();
let stop = null;

function showAge() {
  const box = part("age");
  if (!kept) {
    box.textContent = word("none");
    box.dataset.age = "old";
    return;
  }
  const hours = hoursOld(kept);
  const age = hours < 1 ? word("now") : hours < 2 ? word("hour") : hours < 48 ? word("hours").replace("{n}", Math.floor(hours)) : word("days").replace("{n}", Math.floor(hours / 24));
  box.textContent = word("age").replace("{age}", age).replace("{n}", kept.version);
  box.dataset.age = hours < 24 ? "fresh" : hours < 168 ? "aging" : "old";
}

async function update() {
  part("update").disabled = true;
  try {
    kept = await refresh();
    part("problem").textContent = "";
  } catch {
    part("problem").textContent = word("offline");
  }
  part("update").disabled = false;
  showAge();
}

function today() {
  return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
}

// One shape for the short form in a QR code and for the full credential.
function essence(read) {
  const said = read.payload;
  if (read.header.typ === "gi-licence+jwt") {
    return { number: said.n, gi: said.g, who: said.p, goods: said.o, from: said.f, to: said.t, list: said.s[0], bit: said.s[1], demo: said.demo };
  }
  if (read.header.typ !== "vc+jwt" || !said.credentialSubject?.serialNumber) return null;
  const about = said.credentialSubject;
  const entry = said.credentialStatus[0];
  const day = (instant) => instant && new Date(Date.parse(instant) + 8 * 3600000).toISOString().slice(0, 10);
  return {
    number: about.serialNumber, gi: about.geographicalIndication.name.zh, who: about.operator.name, goods: about.businessCovered.goods,
    from: day(said.validFrom), to: day(said.validUntil), list: Number(entry.statusListCredential.split("/").pop()), bit: Number(entry.statusListIndex),
    demo: said.demonstration,
  };
}

async function answerOf(licence) {
  const revoked = await listOf(kept, "revocation", licence.list, fallback);
  const suspended = await listOf(kept, "suspension", licence.list, fallback);
  if (!revoked || !suspended) return "unsure";
  if (bitAt(revoked, licence.bit)) return "revoked";
  if (today() < licence.from) return "not_yet";
  if (licence.to && today() > licence.to) return "expired";
  return bitAt(suspended, licence.bit) ? "suspended" : "authorised";
}

async function verifyLabel(read) {
  if (!kept) return show("unsure", { detail: word("none") });
  const judged = await judge(read, kept.keys, fallback);
  if (judged !== "holds") return show(judged === "stranger" ? "stranger" : "forged", {});
  const { code, plain, gi, producer, year } = read.payload;
  const said = { number: code, gi: kept.gis?.[gi]?.[page.dataset.lang] || gi, who: producer, detail: word("label").replace("{year}", year), open: `/v/${plain}` };
  const today = await labelToday(plain);
  return today ? show(`label_${today.answer}`, { ...said, who: today.producer || producer, asked: true, demo: today.demo }) : show("label", said);
}

// What has become of the label, where the register can be reached; its signature says only that the number is real.
async function labelToday(code) {
  try {
    const answer = await fetch(`/api/v1/labels/${code}`);
    const said = answer.ok ? await answer.json() : null;
    return page.querySelector(`template[data-answer="label_${said?.answer}"]`) ? said : null;
  } catch {
    return null;
  }
}

async function verify(text) {
  const label = parseLabel(text);
  if (label) return verifyLabel(label);
  // No answer to another question stays in sight while this one is being worked out.
  part("answer").replaceChildren();
  const token = (text.includes("#") ? text.slice(text.indexOf("#") + 1) : text).trim();
  const read = token.startsWith("eyJ") ? parse(token) : null;
  if (!read) return askPortal(text.trim());
  if (!kept) return show("unsure", { detail: word("none") });
  const judged = await judge(read, kept.keys, fallback);
  if (judged === "stranger") return show("stranger", {});
  const licence = judged === "holds" ? essence(read) : null;
  if (!licence) return show("forged", {});
  return show(await answerOf(licence), licence);
}

const CREDIT_CODE_LENGTH = 18;

async function askPortal(text) {
  const found = text.match(/L\d{4}-\d{6,12}(-[0-9A-Z])?/i);
  if (!found && text.replace(/[\s-]/g, "").length !== CREDIT_CODE_LENGTH) return openAnswer(text);
  const asked = found ? `licence=${encodeURIComponent(found[0])}` : `uscc=${encodeURIComponent(text)}`;
  try {
    const answer = await fetch(`/api/v1/verify?${asked}&lang=${page.dataset.lang}`);
    const said = await answer.json();
    if (!answer.ok) return show("unreadable", { detail: Object.values(said.errors || {})[0] || said.detail });
    return show(said.answer, {
      number: said.licence_no, gi: said.gi_name?.[page.dataset.lang], who: said.producer, goods: said.goods, from: said.valid_from, to: said.valid_to,
      detail: said.licence_no ? null : said.reason, asked: true, demo: said.demo,
    });
  } catch {
    return show("needs_network", {});
  }
}

// The number of a label or batch, or a name, has a page of its own: the portal knows which.
async function openAnswer(text) {
  const address = `/verify?q=${encodeURIComponent(text)}`;
  try {
    await fetch(address, { method: "HEAD", redirect: "manual" });
    location.assign(address);
  } catch {
    show("needs_network", {});
  }
}

// As days are written on every other page.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function day(text) {
  const [year, month, number] = text.split("-").map(Number);
  return page.dataset.lang === "en" ? `${number} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${number}日`;
}

function show(answer, said) {
  const place = part("answer");
  place.replaceChildren(page.querySelector(`template[data-answer="${answer}"]`).content.cloneNode(true));
  const put = (name, text) => {
    const line = place.querySelector(`.verdict-${name}`);
    if (line && text) line.textContent = text;
  };
  put("subject", [said.who, said.gi].filter(Boolean).join(" · "));
  const term = said.from && (said.to ? word("term").replace("{to}", day(said.to)) : word("since")).replace("{from}", day(said.from));
  put("detail", said.detail || [said.goods, term].filter(Boolean).join(page.dataset.lang === "en" ? ", " : "，"));
  const basis = said.asked ? word("asked") : kept && said.number ? part("age").textContent : "";
  put("number", [said.number, basis, said.demo ? word("demo") : ""].filter(Boolean).join(" · "));
  const link = place.querySelector("[data-open]");
  if (link && said.open) link.href = said.open;
  place.scrollIntoView({ block: "nearest" });
  place.focus();
}

function closeCamera() {
  stop?.();
  stop = null;
  part("video").hidden = part("aim").hidden = true;
  part("camera").textContent = word("open");
}

async function toggleCamera() {
  if (stop) return closeCamera();
  part("video").hidden = part("aim").hidden = false;
  part("camera").textContent = word("close");
  try {
    stop = await watch(part("video"), (text) => {
      closeCamera();
      verify(text);
    });
    part("problem").textContent = "";
  } catch {
    closeCamera();
    part("problem").textContent = word("nocamera");
  }
}

part("camera").addEventListener("click", toggleCamera);
part("update").addEventListener("click", update);
part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("text").value;
  if (text.trim()) verify(text);
});
part("picture").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  const text = file && (await readPicture(file).catch(() => null));
  if (text) verify(text);
  else if (file) part("problem").textContent = word("nocode");
});
page.querySelectorAll("[data-script]").forEach((one) => { one.hidden = false; });
startTips(page, word);
showAge();
setInterval(showAge, 60000);
if (navigator.onLine) update();
part("renew").addEventListener("click", () => location.reload());
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    part("renewed").hidden = !data.release || data.release === page.dataset.release;
  });
  navigator.serviceWorker.register("/inspector-worker.js", { scope: "/inspector" }).then(
    (worker) => {
      addEventListener("online", () => worker.update().catch(() => null));
      navigator.serviceWorker.ready.then(() => { page.dataset.ready = "yes"; });
    },
    () => { part("problem").textContent = word("noworker"); },
  );
}
