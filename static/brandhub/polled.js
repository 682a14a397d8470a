// A part of a page that changes by itself: asked for every few seconds until it says it is over.
"use strict";
(() => {
  const PAUSE = 2000; // milliseconds between an answer and the next question
  const place = document.querySelector("[data-polled]");
  if (!place) return;

  const isOver = () => place.firstElementChild?.dataset.over === "yes";
  const words = () => [...place.querySelectorAll(".badge")].map((badge) => badge.textContent).join(", ");
  let shown = "";

  const put = (html) => {
    // Unchanged but for its tokens it is left alone, so that nobody's reading is disturbed.
    const bare = html.replaceAll(/name="csrfmiddlewaretoken" value="\w+"/g, "");
    if (bare === shown) return;
    shown = bare;
    const before = words();
    brandhub.replace(place, html);
    const announce = document.querySelector("[data-announce]");
    if (announce && words() !== before) announce.textContent = words();
  };

  const ask = async () => {
    if (isOver()) return;
    try {
      const answer = await fetch(place.dataset.polled, { credentials: "same-origin" });
      if (answer.redirected) {
        brandhub.signedOut();
        return;
      }
      if (answer.ok) put(await answer.text());
    } catch {
      // The network is away; the next question may get through.
    }
    setTimeout(ask, PAUSE);
  };
  setTimeout(ask, PAUSE);
})();
