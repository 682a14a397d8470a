// Runs before the first paint: marks that scripts work, and sets the theme that was chosen.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  let chosen = null;
  try {
    chosen = localStorage.getItem("brandhub.theme");
  } catch {
    // Storage is blocked; the system's preference stands.
    return;
  }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
})();
