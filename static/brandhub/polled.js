// A part of a page that changes by itself: asked for every few seconds until it says it is over.
"use strict";
(() => {
  const PAUSE = 2000; // milliseconds between an answer and the next question
  const place = document.querySelector("[data-polled]");
  if (!place) return;

  const isOver = () => place.firstElementChild?.dataset.over === "yes";
  const words = () => [...place.querySelectorAll(".badge")].map((badge) => badge.textContent).join(", ");

  // Puts fresh markup in place; the focus stays where it was as far as its element still exists.
  const put = (html) => {
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused?.closest("form")?.getAttribute("action");
    const before = words();
    // The server's own template, escaped there.
    place.innerHTML = html;
    if (words() !== before) {
      const announce = document.querySelector("[data-announce]");
      if (announce) announce.textContent = words();
    }
    if (mark) {
      const form = [...place.querySelectorAll("form")].find((f) => f.getAttribute("action") === mark);
      form?.querySelector("button")?.focus();
    }
    place.dispatchEvent(new CustomEvent("brandhub:replaced", { bubbles: true }));
  };

  const ask = async () => {
    if (isOver()) return;
    try {
      const answer = await fetch(place.dataset.polled, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) put(await answer.text());
    } catch {
      // The network is away; the next question may get through.
    }
    setTimeout(ask, PAUSE);
  };
  setTimeout(ask, PAUSE);
})();
