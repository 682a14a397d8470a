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

  // A blocked picture is approved against the checks and with a comment only.
  const override = document.querySelector("[data-override]");
  document.addEventListener("change", (event) => {
    if (!override || !event.target.matches(".candidate-pick")) return;
    const blocked = event.target.hasAttribute("data-blocked");
    override.checked = override.checked && blocked;
  });

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
    m: () => press("m"),
    u: () => press("u"),
    e: () => press("e"),
  };
  document.addEventListener("keydown", (event) => {
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
      // Numbers count the cards, so that a blocked one in between shifts nobody.
      const pick = cards[number - 1]?.querySelector(".candidate-pick:enabled");
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
  const countdown = document.querySelector("[data-countdown] time");
  if (countdown) {
    const until = new Date(countdown.dateTime).getTime();
    const words = (value, unit) =>
      new Intl.NumberFormat(document.documentElement.lang, {
        style: "unit",
        unit,
        unitDisplay: "long",
      }).format(value);
    const tick = () => {
      const left = Math.max(0, Math.round((until - Date.now()) / 1000));
      countdown.textContent =
        left >= 60 ? words(Math.floor(left / 60), "minute") : words(left, "second");
      if (left > 0) setTimeout(tick, left > 120 ? 20000 : 1000);
    };
    tick();
  }
})();
