// The queue: keys for going through it, and how many cases are selected.
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  const rows = [...document.querySelectorAll(".entry")];
  const links = rows.map((row) => row.querySelector(".entry-title a"));
  const boxes = [...document.querySelectorAll('input[name="case"]')];

  const told = document.querySelector("[data-selected]");
  const button = document.querySelector("#together button");
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    if (!told) return;
    told.textContent = chosen ? `${chosen} ${told.dataset.words}` : "";
    button.disabled = !chosen;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="case"]')) count();
  });
  // The browser may bring ticks back with the page.
  addEventListener("pageshow", count);
  count();

  // An empty queue fills by itself.
  const LOOK = 15000; // milliseconds
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.redirected) {
        brandhub.signedOut();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && !page.querySelector("[data-awaited]")) {
        location.reload();
        return;
      }
    } catch {
      // The network is away; the next look may get through.
    }
    setTimeout(look, LOOK);
  };
  if (document.querySelector("[data-awaited]")) setTimeout(look, LOOK);

  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const step = (by) => {
    const at = here();
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  };
  const acts = {
    "?": () => dialog.showModal(),
    j: () => step(1),
    k: () => step(-1),
    x: () => rows[here()]?.querySelector('input[name="case"]')?.click(),
    n: () => document.querySelector('[data-key="n"]')?.click(),
    b: () => button && !button.disabled && button.click(),
    f: () => document.querySelector("[data-filters] select")?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.matches("textarea, select, input:not([type=checkbox])")) return;
    const act = acts[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
