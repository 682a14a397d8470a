// A form with files: says how far it has got, for a large file takes minutes, and stops on request.
"use strict";
(() => {
  const language = document.documentElement.lang || undefined;
  const megabytes = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  });
  const size = (bytes) => megabytes.format(bytes / 1e6);

  const send = (form, submitter) => {
    const place = form.querySelector("[data-uploading]");
    const bar = place.querySelector("progress");
    const count = place.querySelector("[data-count]");
    const say = (name) => {
      place.querySelector("[data-said]").textContent = place.dataset[name];
    };
    const buttons = form.querySelectorAll("button[type=submit]");
    const busy = (yes) => {
      for (const button of buttons) button.disabled = yes;
      form.toggleAttribute("data-busy", yes);
    };
    const data = new FormData(form, submitter);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    // The server names the next page and does not lead there, which would spend its messages.
    request.setRequestHeader("X-Arrival", "named");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
      count.textContent = `${size(event.loaded)} / ${size(event.total)}`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      say("checking");
    });
    request.addEventListener("load", () => {
      const next = request.getResponseHeader("Location");
      if (next) {
        location.assign(next);
        return;
      }
      // Something has to be mended; the server's own page says what. Without one of its pages the
      // answer came from somewhere before it.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = page.querySelector("main");
      if (!main || !(page.body.dataset.person || request.status === 413)) {
        over("failed")();
        if (main) brandhub.signedOut();
        return;
      }
      document.querySelector("main").replaceWith(document.importNode(main, true));
      document.querySelector("main [autofocus]")?.focus();
    });
    const over = (name) => () => {
      busy(false);
      bar.hidden = true;
      count.textContent = "";
      say(name);
    };
    request.addEventListener("error", over("failed"));
    request.addEventListener("abort", over("stopped"));
    place.querySelector("[data-stop]").onclick = () => request.abort();
    brandhub.keep([form]);
    busy(true);
    bar.hidden = false;
    bar.value = 0;
    place.hidden = false;
    say("sending");
    request.send(data);
  };

  // Before the page's own listener, which would take the form for sent.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-upload]")) return;
      event.preventDefault();
      if (!form.hasAttribute("data-busy")) send(form, event.submitter);
    },
    true,
  );
})();
