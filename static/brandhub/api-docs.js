// Swagger UI has dark colours of its own and shows them by a class: it follows what was chosen on
// the pages (`theme.js`, before this), or else the system.
"use strict";
(() => {
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
    root.classList.toggle("dark-mode", dark);
  };
  prefersDark.addEventListener("change", show);
  show();
})();
