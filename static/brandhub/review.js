// The case page: keys for every action, the ground of the pictures, the time that is left.
"use strict";
(() => {
  const dialog = document.getElementById("keys");
  const picks = [...document.querySelectorAll(".candidate-pick:enabled")];
  const cards = [...document.querySelectorAll("[data-candidate]")];

  // Light or dark ground for all large pictures at once.
  const ground = document.querySelector("[data-ground]");
  const setGround = (name) => {
    for (const stage of document.querySelectorAll("[data-stage]")) {
      stage.classList.toggle("stage-dark", name === "dark");
    }
    for (const button of ground.querySelectorAll("[data-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.set === name));
    }
  };
  if (ground) {
    ground.hidden = false;
    ground.addEventListener("click", (event) => {
      const button = event.target.closest("[data-set]");
      if (button) setGround(button.dataset.set);
    });
  }

  // A blocked picture is fetched only when it is asked for: until then it lies in a template.
  for (const veil of document.querySelectorAll("[data-veil]")) {
    veil.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      const stages = veil.nextElementSibling.content.cloneNode(true);
      const picture = stages.querySelector("img");
      picture.tabIndex = -1;
      veil.replaceWith(stages);
      picture.focus();
      if (ground) setGround(ground.querySelector('[aria-pressed="true"]').dataset.set);
    });
  }

  // Buttons that open one of the forms, close the other, and go to its first field.
  const openers = [...document.querySelectorAll("[data-opens]")];
  const show = (id) => {
    for (const opener of openers) {
      const form = document.getElementById(opener.dataset.opens);
      form.open = opener.dataset.opens === id;
      opener.setAttribute("aria-expanded", String(form.open));
      if (form.open) form.querySelector("textarea, input:not([type=hidden])").focus();
    }
  };
  for (const opener of openers) {
    opener.hidden = false;
    opener.setAttribute(
      "aria-expanded",
      String(document.getElementById(opener.dataset.opens).open),
    );
    opener.addEventListener("click", () => {
      const shown = opener.getAttribute("aria-expanded") === "true";
      show(shown ? "" : opener.dataset.opens);
    });
  }

  // The requirement to reword is large, so it is fetched when somebody wants it.
  const reword = document.querySelector("[data-reword]");
  reword?.querySelector("a")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const link = event.currentTarget;
    if (link.dataset.asked) return;
    link.dataset.asked = "yes";
    show("changes");
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fields = page.getElementById("reword");
    if (!fields) {
      // The case has moved on; the whole page says how.
      location.assign(link.href);
      return;
    }
    reword.replaceChildren(document.importNode(fields, true));
    const redraw = document.importNode(page.querySelector("[data-redraw]"), true);
    document.querySelector("#changes button[type=submit]").after(redraw);
    reword.dispatchEvent(new CustomEvent("brandhub:replaced", { bubbles: true }));
    reword.querySelector("textarea").focus();
  });

  // A blocked picture is approved against the checks and with a comment only.
  const override = document.querySelector("[data-override]");
  document.addEventListener("change", (event) => {
    if (!override || !event.target.matches(".candidate-pick")) return;
    const blocked = event.target.hasAttribute("data-blocked");
    override.checked = override.checked && blocked;
  });

  // Where the page came back with something to mend, the keyboard is there already.
  const wrong = document.querySelector(".decide-form[open] .errorlist");
  wrong?.closest(".field")?.querySelector("textarea, input, select")?.focus();

  const choose = (pick) => {
    pick.checked = true;
    pick.focus();
    pick.closest("[data-candidate]").scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    if (!picks.length) return;
    const at = picks.findIndex((pick) => pick.checked);
    choose(picks[(at + by + picks.length) % picks.length]);
  };

  document.getElementById("approve")?.addEventListener("submit", (event) => {
    const pick = picks.find((each) => each.checked);
    const comment = document.getElementById("approve-comment");
    if (pick?.hasAttribute("data-blocked") && !(override.checked && comment.value.trim())) {
      event.preventDefault();
      show("note");
    }
  });

  // Who works cases off in a row says so once; each decision then leads to the next case.
  const onwards = document.querySelector("[data-onwards]");
  const goOn = onwards?.querySelector("input");
  const KEPT = "brandhub.review.onwards";
  if (onwards) {
    onwards.hidden = false;
    try {
      goOn.checked = localStorage.getItem(KEPT) === "yes";
    } catch {
      // Storage is blocked; the choice lasts as long as the page.
    }
    goOn.addEventListener("change", () => {
      try {
        localStorage.setItem(KEPT, goOn.checked ? "yes" : "no");
      } catch {
        // As above.
      }
    });
    document.addEventListener("formdata", (event) => {
      if (goOn.checked && event.target.closest(".decide")) event.formData.set("then", "next");
    });
  }

  // Whose turn it is, asked for now and then: a colleague's claim or decision shows by itself.
  const LOOK = 10000; // milliseconds
  const live = document.querySelector("[data-live]");
  const standing = () => live.querySelector("[data-standing]").dataset;
  const mayDecide = () => {
    const may = standing().decidable === "yes";
    for (const button of document.querySelectorAll(".decide [type=submit]")) button.disabled = !may;
  };
  let next = 0;
  const look = async () => {
    clearTimeout(next);
    try {
      const answer = await fetch(live.dataset.live, { credentials: "same-origin" });
      if (answer.redirected) {
        brandhub.signedOut();
        return;
      }
      if (answer.ok) {
        const fresh = document.createElement("template");
        // The server's own template, escaped there.
        fresh.innerHTML = await answer.text();
        const now = fresh.content.querySelector("[data-standing]");
        // Unchanged it is left alone, so that nobody's focus or reading is disturbed.
        if (now && now.dataset.standing !== standing().standing) {
          live.replaceChildren(now);
          mayDecide();
          countDown();
          live.dispatchEvent(new CustomEvent("brandhub:replaced", { bubbles: true }));
        }
      }
    } catch {
      // The network is away; the next look may get through.
    }
    if (standing().standing !== "closed") next = setTimeout(look, LOOK);
  };
  // Who comes back to the page by the browser's own button sees it as it was; much may have changed.
  const isOld = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (standing().standing !== "closed") next = setTimeout(look, isOld ? 0 : LOOK);
  addEventListener("pageshow", (event) => {
    if (event.persisted) look();
  });

  const press = (key) => document.querySelector(`[data-key="${key}"]`)?.click();
  const acts = {
    "?": () => dialog.showModal(),
    j: () => step(1),
    k: () => step(picks.some((pick) => pick.checked) ? -1 : 0),
    g: () => {
      if (!ground) return;
      const dark = ground.querySelector('[data-set="dark"]');
      setGround(dark.getAttribute("aria-pressed") === "true" ? "light" : "dark");
    },
    t: () => press("t"),
    a: () => press("a"),
    r: () => press("r"),
    c: () => press("c"),
    e: () => press("e"),
    m: () => press("m"),
    p: () => press("p"),
    u: () => press("u"),
    n: () => press("n"),
    o: () => press("o"),
    q: () => press("q"),
    v: () => {
      const card = picks.find((pick) => pick.checked)?.closest("[data-candidate]");
      (card ?? document).querySelector("[data-veil] a")?.click();
    },
    x: () => document.querySelector(".comment-form textarea").focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (event.key === "Escape") {
      const form = event.target.closest(".decide-form[open]");
      if (form) {
        show("");
        openers.find((opener) => opener.dataset.opens === form.id).focus();
      }
      return;
    }
    if (typing) return;
    const number = Number(event.key);
    if (number >= 1 && number <= 9) {
      // The number in the card's own name, whatever place its agreement gives it.
      const card = cards.find((each) => each.dataset.candidate === event.key);
      const pick = card?.querySelector(".candidate-pick:enabled");
      if (pick) choose(pick);
      return;
    }
    const act = acts[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  // The claim runs out: minutes while there are some, then seconds.
  const words = (value, unit) =>
    new Intl.NumberFormat(document.documentElement.lang, {
      style: "unit",
      unit,
      unitDisplay: "long",
    }).format(value);
  function countDown() {
    const countdown = document.querySelector("[data-countdown] time");
    if (!countdown) return;
    const until = new Date(countdown.dateTime).getTime();
    const tick = () => {
      if (!countdown.isConnected) return;
      const left = Math.max(0, Math.round((until - Date.now()) / 1000));
      countdown.textContent =
        left >= 60 ? words(Math.floor(left / 60), "minute") : words(left, "second");
      if (left > 0) setTimeout(tick, left > 120 ? 20000 : 1000);
    };
    tick();
  }
  countDown();
})();
