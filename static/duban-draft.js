// The filing page: keeps what is typed in this browser tab until it is filed, never an identity
// number. The page works without this file.
(() => {
  "use strict";

  const PREFIX = "duban-draft:";
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "token", "find", "step", "choose", "files", "identity_type", "identity_number"]);
  const MOST_FILES = 10;
  const form = () => document.getElementById("filing");
  if (!form()) return;
  const key = PREFIX + form().dataset.draft;

  // Another person's draft in the same tab is not for the one who is here now.
  for (const other of Object.keys(sessionStorage)) {
    if (other.startsWith(PREFIX) && other !== key) sessionStorage.removeItem(other);
  }

  const readDraft = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  // ——— Keep ———
  const WORTH = ["title", "description", "remedy_sought", "account", "product", "name", "phone"];
  const isWorth = (fields) => WORTH.some((name) => fields[name]?.trim()) || /^\d+$/.test(fields.customer);
  let waiting = 0;
  const keep = () => {
    const fields = {};
    for (const [name, value] of new FormData(form())) {
      if (!LEFT_OUT.has(name) && typeof value === "string") fields[name] = value;
    }
    if (!isWorth(fields)) return;
    const token = form().elements.token.value;
    sessionStorage.setItem(key, JSON.stringify({ token, fields }));
    const note = form().querySelector("[data-draft-note]");
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    if (note) note.textContent = form().dataset.saidSaved.replace("%(time)s", time);
  };
  const keepSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 500);
  };
  document.addEventListener("input", (event) => {
    if (event.target.form === form()) keepSoon();
  });
  document.addEventListener("submit", (event) => {
    if (event.target === form()) keep();
  });

  // ——— Give back ———
  const set = (name, value) => {
    const field = form().elements[name];
    if (!field) return;
    if (field.type === "checkbox") field.checked = value === "on";
    else field.value = value;
  };
  const bringCustomer = async (fields) => {
    if (!fields.customer || !window.htmx) return;
    const values = fields.customer === "new" ? { step: "new" } : { choose: fields.customer };
    await htmx.ajax("POST", form().dataset.customers, { target: "#customer", values });
    for (const name of ["name", "phone", "email"]) if (name in fields) set(name, fields[name]);
  };
  const restore = () => {
    const draft = readDraft();
    if (!draft || !form().hasAttribute("data-fresh")) return;
    if (form().dataset.filed.split(" ").includes(draft.token)) {
      sessionStorage.removeItem(key);
      return;
    }
    for (const [name, value] of Object.entries(draft.fields)) if (name !== "customer") set(name, value);
    bringCustomer(draft.fields);
    const note = form().querySelector("[data-restored]");
    note.querySelector("[data-restored-text]").textContent = form().dataset.saidRestored;
    note.hidden = false;
    document.getElementById("id_severity")?.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-discard]")) return;
    clearTimeout(waiting);
    sessionStorage.removeItem(key);
    location.reload();
  });
  // HTMX listens from DOMContentLoaded on, and has to hear what is given back.
  document.addEventListener("DOMContentLoaded", () => setTimeout(restore));

  // ——— Small helps ———
  // Enter looks for the customer, it does not file.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.name !== "find" || event.isComposing) return;
    event.preventDefault();
    form().querySelector("[data-find]")?.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.type !== "file" || event.target.form !== form()) return;
    const many = event.target.files.length > MOST_FILES;
    event.target.setCustomValidity(many ? form().dataset.saidMany.replace("%(most)s", MOST_FILES) : "");
    if (many) event.target.reportValidity();
  });
  // After an error the summary has the focus, so that it is read first.
  document.addEventListener("htmx:afterSettle", (event) => {
    const summary = form()?.querySelector("[data-focus]");
    if (event.detail.requestConfig?.elt?.id !== "filing" || !summary) return;
    summary.focus();
    summary.scrollIntoView({ block: "center" });
  });
})();
