// Behaviour that every page shares. Each part works on data attributes and does without.
"use strict";
(() => {
  const root = document.documentElement;

  // Theme: what is shown now decides what the toggle does next.
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const toggles = document.querySelectorAll("[data-theme-toggle]");
  const showTheme = () => {
    for (const toggle of toggles) toggle.setAttribute("aria-pressed", String(isDark()));
  };
  for (const toggle of toggles) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try {
        localStorage.setItem("brandhub.theme", root.dataset.theme);
      } catch {
        // Storage is blocked; the choice lasts as long as the page.
      }
      showTheme();
    });
  }
  prefersDark.addEventListener("change", showTheme);
  showTheme();

  // The menu of narrow screens.
  for (const button of document.querySelectorAll("[data-menu]")) {
    const rail = button.closest(".rail");
    const open = (yes) => {
      rail.toggleAttribute("data-open", yes);
      button.setAttribute("aria-expanded", String(yes));
    };
    button.hidden = false;
    button.addEventListener("click", () => open(!rail.hasAttribute("data-open")));
    rail.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && rail.hasAttribute("data-open")) {
        open(false);
        button.focus();
      }
    });
  }

  // Times in the reader's own zone.
  const language = root.lang || undefined;
  // English ones as everywhere but in America: 30 Nov 2026, 19:40 (see brandhub/formats).
  const region = language === "en" ? "en-GB" : language;
  const format = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" });
  // All English months but one have three letters there.
  const exact = (at) => format.format(at).replace("Sept ", "Sep ");
  const showTimes = (scope) => {
    for (const time of scope.querySelectorAll("time[data-local]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      if (time.dataset.local === "text") time.textContent = exact(at);
      else time.title = exact(at);
    }
  };
  showTimes(document);
  document.addEventListener("brandhub:replaced", (event) => showTimes(event.target));

  // A moment is entered in the reader's own time; what is sent says how far that is from UTC.
  for (const offset of document.querySelectorAll("input[data-offset-of]")) {
    const field = offset.form.elements[offset.dataset.offsetOf];
    const { timeZone } = format.resolvedOptions();
    field.closest(".field").querySelector(".hint").textContent = offset.dataset.hint.replace(
      "{zone}",
      timeZone,
    );
    offset.form.addEventListener("formdata", (event) => {
      const at = new Date(field.value);
      if (Number.isNaN(at.getTime())) return;
      event.formData.set(offset.name, String(-at.getTimezoneOffset()));
    });
  }

  // Puts fresh markup in a place that changes by itself. The focus stays where it was as far as its
  // element still exists; who is being asked something inside is not interrupted.
  const waiting = new Map(); // place → the markup that comes once the question is answered
  const replace = (place, html) => {
    const question = place.querySelector(":popover-open");
    if (question) {
      if (!waiting.has(place)) {
        const answered = () => {
          const latest = waiting.get(place);
          waiting.delete(place);
          replace(place, latest);
        };
        question.addEventListener("toggle", answered, { once: true });
      }
      waiting.set(place, html);
      return;
    }
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused?.dataset.keep;
    // The server's own template, escaped there.
    place.innerHTML = html;
    if (mark) place.querySelector(`[data-keep="${mark}"]`)?.focus();
    place.dispatchEvent(new CustomEvent("brandhub:replaced", { bubbles: true }));
  };
  window.brandhub = { replace };

  // Files that are too large are named while they are chosen, and nothing is sent with them.
  const size = (bytes) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: bytes < 1e9 ? "megabyte" : "gigabyte",
      maximumFractionDigits: 1,
    }).format(bytes / (bytes < 1e9 ? 1e6 : 1e9));
  const tooLarge = (input) => {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    const limit = Number(input.dataset.largest);
    if (bytes <= limit) return "";
    return input.dataset.tooLarge.replace("{size}", size(bytes)).replace("{limit}", size(limit));
  };
  const LIMITED = "input[data-largest]";
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches(LIMITED)) return;
    const place = input.closest(".field");
    place.querySelector(".errorlist")?.remove();
    input.removeAttribute("aria-invalid");
    const wrong = tooLarge(input);
    if (!wrong) return;
    const told = document.createElement("p");
    told.className = "errorlist";
    told.setAttribute("role", "alert");
    told.textContent = wrong;
    place.append(told);
    input.setAttribute("aria-invalid", "true");
  });
  document.addEventListener(
    "submit",
    (event) => {
      const wrong = [...event.target.querySelectorAll(LIMITED)].find(tooLarge);
      if (!wrong) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong.focus();
    },
    true,
  );

  // A switch that acts only for some choices of another field is there for those alone. What is
  // disabled is not sent.
  for (const input of document.querySelectorAll("input[data-only-for]")) {
    const chooser = input.form.elements[input.dataset.chosenIn];
    const show = () => {
      input.disabled = !input.dataset.onlyFor.split(" ").includes(chooser.value);
      input.closest(".field").hidden = input.disabled;
    };
    chooser.addEventListener("change", () => {
      const wasThere = !input.disabled;
      show();
      // What somebody has switched off stays so; where it comes into view it is on.
      if (!wasThere) input.checked = !input.disabled;
    });
    show();
  }

  // A form is sent once: a second press of an impatient finger changes nothing. What takes longer
  // than a moment says that it is under way.
  const PATIENCE = 700; // milliseconds before that is said
  const working = document.querySelector("[data-working]");
  let soon = 0;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || event.defaultPrevented) return;
    form.dataset.sent = "yes";
    soon = setTimeout(() => {
      if (!working) return;
      working.hidden = false;
      working.textContent = working.dataset.working;
    }, PATIENCE);
  });
  addEventListener("pageshow", () => {
    clearTimeout(soon);
    if (working) working.hidden = true;
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Dialogs open from any button that names them, and close on their own buttons and Escape.
  for (const opener of document.querySelectorAll("[data-dialog]")) {
    const dialog = document.getElementById(opener.dataset.dialog);
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
})();
