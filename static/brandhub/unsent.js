// What somebody wrote and could not send, for the session had ended or the server refused: kept in
// this tab, and put back on its page for the same person.
"use strict";
(() => {
  const KEY = "brandhub.unsent";
  const person = document.body.dataset.person; // none outside the frame
  const here = location.pathname + location.search;
  const kept = {
    get: () => {
      try {
        return JSON.parse(sessionStorage.getItem(KEY));
      } catch {
        return null;
      }
    },
    set: (value) => {
      try {
        if (value) sessionStorage.setItem(KEY, JSON.stringify(value));
        else sessionStorage.removeItem(KEY);
      } catch {
        // Storage is blocked or full; what was written is as safe as the browser's own memory.
      }
    },
  };

  // A page outside the frame means that what was sent just now has not arrived.
  if (!person) {
    const unsent = kept.get();
    if (!unsent) return;
    kept.set({ ...unsent, failed: true });
    const back = document.querySelector("[data-unsent-back]");
    if (back) {
      back.href = unsent.page;
      back.hidden = false;
    }
    return;
  }

  const isText = (entry) => typeof entry[1] === "string" && entry[0] !== "csrfmiddlewaretoken";
  const keep = (forms) => {
    const written = forms.map((form) => ({
      index: [...document.forms].indexOf(form),
      action: form.getAttribute("action") ?? "",
      entries: [...new FormData(form)].filter(isText),
    }));
    if (written.some((each) => each.entries.length)) {
      kept.set({ page: here, person, forms: written });
    }
  };

  // Fields that a person fills in; whatever is hidden is the fresh page's own.
  const fill = (form, entries) => {
    const values = new Map();
    for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
      const given = values.get(field.name) ?? [];
      let changed;
      if (field.type === "checkbox" || field.type === "radio") {
        changed = field.checked !== given.includes(field.value);
        field.checked = given.includes(field.value);
      } else if (given.length) {
        const value = given.shift();
        changed = field.value !== value;
        field.value = value;
      }
      const fold = changed && field.closest("details");
      if (fold) fold.open = true;
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A form that had come back once stood at the address of its deed, below that of its page.
  const unsent = kept.get();
  kept.set(null);
  let isBack = false;
  if (unsent?.failed && unsent.person === person && unsent.page.startsWith(here)) {
    for (const { index, action, entries } of unsent.forms) {
      const form = document.forms[index];
      if (form?.method !== "post" || (form.getAttribute("action") ?? "") !== action) continue;
      fill(form, entries);
      touched(form);
      isBack = true;
    }
  }
  if (isBack) {
    const notice = document.querySelector("[data-unsent]").content.cloneNode(true).firstElementChild;
    document.querySelector("main").prepend(notice);
    notice.focus();
  }

  function touched(form) {
    form.dataset.touched = "yes";
  }
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target.form?.method === "post") touched(event.target.form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method === "post") keep([event.target]);
  });

  // The page itself notices where it asks for something and is led to the sign-in page instead.
  const notice = document.querySelector("[data-signed-out]");
  notice.querySelector("a").addEventListener("click", () => {
    keep([...document.forms].filter((form) => form.dataset.touched));
    const written = kept.get();
    if (written) kept.set({ ...written, failed: true });
  });
  brandhub.signedOut = () => {
    notice.hidden = false;
  };
  brandhub.keep = keep;
})();
