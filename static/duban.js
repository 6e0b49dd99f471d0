// Keyboard, dialogs, double submission, live parts. Every page works without this file.
(() => {
  "use strict";

  const dialog = document.getElementById("dialog");
  const keys = document.getElementById("keys");
  const isTyping = (element) => element?.closest?.("input, textarea, select, [contenteditable]") != null;

  // ——— Menus and clocks: one open at a time, closed by a click elsewhere or Escape ———
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      closeMenus();
      document.getElementById(opener.dataset.opens)?.showModal();
    }
    // A click on the backdrop reaches the dialog itself; inside, it reaches a child.
    if (event.target === keys) keys.close();
  });
  for (const opener of document.querySelectorAll("[data-opens][hidden]")) opener.hidden = false;

  // ——— Keyboard ———
  const KEYS_OFF = "duban-keys-off";
  const keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = localStorage.getItem(KEYS_OFF) === null;
    keysOn.addEventListener("change", () => {
      if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
    });
  }

  let pendingGo = 0;
  const visible = (element) => element && element.offsetParent !== null;
  const go = (name) => document.querySelector(`.nav-wide a[data-go="${name}"]`)?.click();

  const moveRow = (step) => {
    const rows = [...document.querySelectorAll(".t tbody tr, .lines > .line")].filter(
      (row) => visible(row) && row.querySelector("a[href], button"),
    );
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
    row.querySelector("a[href], button").focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const focusSearch = () => {
    const field = [...document.querySelectorAll("input[type=search]")].find(visible);
    field?.focus();
    field?.select();
  };

  const shortcuts = {
    "/": focusSearch,
    "?": () => keys?.showModal(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const busy = modified || isTyping(event.target) || document.querySelector("dialog[open]");
    if (busy || localStorage.getItem(KEYS_OFF) !== null) return;
    if (pendingGo && event.timeStamp - pendingGo < 1500 && "dce".includes(event.key)) {
      pendingGo = 0;
      go(event.key);
      return;
    }
    pendingGo = event.key === "g" ? event.timeStamp : 0;
    if (shortcuts[event.key]) {
      event.preventDefault();
      shortcuts[event.key]();
    }
  });

  // ——— Double submission: the second click finds a busy form ———
  const setBusy = (form, busy) => {
    form.toggleAttribute("data-sent", busy);
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      button.classList.toggle("is-busy", busy);
      button.setAttribute("aria-disabled", String(busy));
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.method === "get") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(() => { if (!event.defaultPrevented || form.hasAttribute("hx-post")) setBusy(form, true); });
  }, true);
  const release = () => document.querySelectorAll("form[data-sent]").forEach((form) => setBusy(form, false));
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) setTimeout(() => setBusy(form, false));
  });

  // Errors are told by the page itself, at the field, in the language that the person chose.
  const leaveValidation = (root) => {
    for (const form of root.querySelectorAll("form[method=post]")) form.noValidate = true;
  };
  leaveValidation(document);

  // ——— Acts in a dialog ———
  const focusFirst = (root) => {
    const place = root.querySelector("[data-focus], [autofocus]")
      ?? root.querySelector(".sheet-body :is(input:not([type=hidden]), select, textarea, button)");
    place?.focus();
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    leaveValidation(event.target);
    if (event.target.id !== "dialog-body") return;
    if (!dialog.open) dialog.showModal();
    focusFirst(dialog);
  });
  // A click outside closes only what nothing was typed into.
  let typed = false;
  dialog?.addEventListener("input", () => { typed = true; });
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog && !typed) dialog.close();
  });
  dialog?.addEventListener("close", () => {
    typed = false;
    document.getElementById("dialog-body").replaceChildren();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const box = document.getElementById("messages");
    const said = document.body.dataset.failed;
    if (!box || !said || event.detail.elt.closest("[data-live]")) return;
    const note = document.createElement("div");
    note.className = "note error";
    note.textContent = said;
    box.replaceChildren(note);
    dialog?.close();
  });

  // ——— Live parts: drawn anew when something moved, never under somebody's hands ———
  // A live answer draws the parts marked data-region, each in its place; else its own target.
  const isLive = (event) => event.detail.requestConfig?.elt.closest?.("[data-live]") != null;
  const regionsOf = (target) => {
    const marked = [...document.querySelectorAll("[data-region]")];
    return marked.length ? marked : [target];
  };
  const isInUse = (region) =>
    region.querySelector("details.menu[open]") != null
    || (region.contains(document.activeElement) && isTyping(document.activeElement));
  const nameOf = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const address = element.getAttribute("href");
    return address ? `a[href="${CSS.escape(address)}"]` : "";
  };
  let opened = [];
  let focused = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLive(event) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isLive(event)) return;
    const regions = regionsOf(event.detail.target);
    // An answer that was overtaken by a later one finds its asker gone.
    const overtaken = !event.detail.requestConfig.elt.isConnected;
    if (overtaken || dialog?.open || regions.some(isInUse)) {
      event.detail.shouldSwap = false;
      return;
    }
    const here = document.activeElement;
    opened = regions.flatMap((region) => [...region.querySelectorAll("details[id][open]")].map((part) => part.id));
    focused = regions.some((region) => region.contains(here)) ? nameOf(here) : "";
  });
  const restore = () => {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused && document.activeElement === document.body) document.querySelector(focused)?.focus();
  };
  document.addEventListener("htmx:oobAfterSwap", restore);
  document.addEventListener("htmx:afterSwap", (event) => { if (isLive(event)) restore(); });
  // A move was made in the dialog: the page asks what changed. After this turn, for the answer
  // is still being read, and finds its places on the page from the form that was sent.
  document.addEventListener("moved", () => setTimeout(() => dialog?.close()));

  // ——— After an error the summary has the focus, so that it is read first ———
  if (!document.activeElement || document.activeElement === document.body) {
    document.querySelector("main [data-focus]")?.focus();
  }
})();
