// A request's page: follows its event stream, and asks every few seconds where that fails.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;

  const POLL = 3000; // milliseconds between questions while no stream is open
  const steps = new Map(); // candidate's index → [done, total]
  let refreshing = false;
  let again = false;
  let over = false;
  let poll = 0;

  // Read out when the status changes, and only then.
  const announce = () => {
    const place = document.querySelector("[data-announce]");
    const badge = state().querySelector(".badge");
    if (place.textContent !== badge.textContent) place.textContent = badge.textContent;
  };

  const state = () => live.querySelector('[data-part="state"]');

  const put = (html) => {
    const shown = new Set(
      [...live.querySelectorAll("[data-index]:has(.shot)")].map((card) => card.dataset.index),
    );
    brandhub.replace(live, html);
    announce();
    for (const card of live.querySelectorAll("[data-index]:has(.shot)")) {
      card.classList.toggle("is-fresh", !shown.has(card.dataset.index));
    }
    showSteps();
  };

  const refresh = async () => {
    if (refreshing) {
      again = true;
      return;
    }
    refreshing = true;
    try {
      const answer = await fetch(live.dataset.live, { credentials: "same-origin" });
      if (answer.redirected) {
        brandhub.signedOut();
        stop();
      } else if (answer.ok) {
        put(await answer.text());
        if (state().dataset.over === "yes") stop();
      }
    } catch {
      // The network is away; the next event or the next poll asks again.
    } finally {
      refreshing = false;
      if (again) {
        again = false;
        refresh();
      }
    }
  };

  // Steps come several times a second and change two numbers only.
  const showSteps = () => {
    const cards = live.querySelectorAll("[data-index]");
    let total = 0;
    for (const card of cards) {
      const bar = card.querySelector("[data-steps]");
      const [done, all] = steps.get(card.dataset.index) ?? [0, 0];
      if (bar) {
        if (all) bar.value = (bar.max * done) / all;
        total += bar.value / bar.max;
      } else if (card.dataset.state !== "queued") {
        total += 1;
      }
    }
    const bar = live.querySelector("[data-progress]");
    if (bar && cards.length) bar.value = Math.max(bar.value, (100 * total) / cards.length);
  };

  const stop = () => {
    over = true;
    stream?.close();
    clearInterval(poll);
  };
  const pollInstead = () => {
    if (!over && !poll) poll = setInterval(refresh, POLL);
  };

  const stream = "EventSource" in window ? new EventSource(live.dataset.events) : null;
  if (!stream) {
    pollInstead();
    return;
  }
  stream.addEventListener("open", () => {
    clearInterval(poll);
    poll = 0;
  });
  stream.addEventListener("error", pollInstead);
  for (const kind of ["status", "candidate", "done"]) stream.addEventListener(kind, refresh);
  stream.addEventListener("progress", (event) => {
    const data = JSON.parse(event.data);
    for (const index of data.candidates) steps.set(String(index), [data.step, data.steps]);
    // The first step of a candidate that still reads "waiting" needs its new markup.
    const waiting = data.candidates.some((index) =>
      live.querySelector(`[data-index="${index}"][data-state="queued"]`),
    );
    if (waiting) refresh();
    else showSteps();
  });
})();
