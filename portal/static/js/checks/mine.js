// The officer's list: keeps itself and its sheets on the device, and sends what waits.

import { drop, sendAll } from "./queue.js";

const page = document.querySelector("[data-mine]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const word = (name) => page.querySelector(`[data-word="${name}"]`).textContent;

function show({ sent, left, signIn }) {
  const box = part("waiting");
  box.replaceChildren();
  part("queue").hidden = !left.length && !sent;
  part("state").textContent = signIn ? word("signin") : left.length ? word("waiting").replace("{n}", left.length) : word("sent").replace("{n}", sent);
  for (const sheet of left) {
    const line = document.createElement("li");
    line.textContent = `${sheet.title}${sheet.refused ? ` — ${sheet.refused}` : ""} `;
    if (sheet.refused) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-quiet button-small";
      button.textContent = word("drop");
      button.addEventListener("click", async () => {
        if (!confirm(word("sure"))) return;
        await drop(sheet.key);
        show(await sendAll());
      });
      const link = document.createElement("a");
      link.href = `${sheet.page}#restore`;
      link.textContent = word("mend");
      line.append(link, " ", button);
    }
    box.append(line);
  }
  part("again").hidden = !left.length;
}

async function update() {
  show(await sendAll());
}

part("again").addEventListener("click", update);
addEventListener("online", update);
update();

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/office/checks/sheet-worker.js", { scope: "/office/checks/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data === "filled") {
        page.dataset.ready = "yes";
        part("offline").textContent = word("kept");
      }
      if (event.data.release) navigator.serviceWorker.controller?.postMessage("fill");
    });
    ready.active.postMessage("fill");
  }, () => { part("offline").textContent = word("noworker"); });
}
