// A form that shows what it would become while it is being written.
"use strict";
(() => {
  const start = () => {
    const form = document.querySelector("form[data-preview]");
    const plan = document.querySelector("[data-plan]");
    if (!form || !plan || plan.dataset.plan) return;
    plan.dataset.plan = "kept";

    // The button that does the same without scripts has no work here.
    for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;

    const PAUSE = 350; // milliseconds of stillness before the server is asked
    let timer = 0;
    let running = null;
    let shownFor = null;

    const ask = async () => {
      const data = new FormData(form);
      // Words alone decide how it is understood; the picture travels once, with the request.
      data.delete("reference_file");
      const key = new URLSearchParams(data).toString();
      if (key === shownFor) return;
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(form.dataset.preview, {
          method: "POST",
          body: data,
          credentials: "same-origin",
          signal: running.signal,
        });
        if (answer.redirected) brandhub.signedOut();
        if (!answer.ok || answer.redirected) return;
        const html = await answer.text();
        shownFor = key;
        // The server's own template, escaped there.
        const open = plan.querySelector("details")?.open;
        plan.innerHTML = html;
        const details = plan.querySelector("details");
        if (details && open) details.open = true;
      } catch (error) {
        // A newer question took over, or the network is away; the last answer stays.
        if (error.name !== "AbortError") shownFor = null;
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    if (form.elements.prompt.value) ask();
  };
  start();
  // A page may bring the form later.
  document.addEventListener("brandhub:replaced", start);
})();
