// Choosing options: the button says which, and how many tickets that opens. Without it all works.
(() => {
  const tell = (part) => {
    const ticked = [...part.querySelectorAll('input[name="options"]:checked')];
    const opens = ticked.reduce((sum, box) => sum + Number(box.dataset.opens), 0);
    const approve = part.querySelector("[data-approve]");
    const said = part.querySelector("[data-opens-said]");
    if (approve && ticked.length) {
      approve.textContent = approve.dataset.approve.replace("%s", ticked.map((box) => box.dataset.letter).join(" + "));
    }
    if (said?.dataset.opensSaid && ticked.length) {
      said.textContent = said.dataset.opensSaid.replace("%s", opens);
    }
  };
  const tellAll = () => document.querySelectorAll("[data-options]").forEach(tell);
  document.addEventListener("input", (event) => {
    const part = event.target.closest?.("[data-options]");
    if (!part) return;
    // What is ticked here is not drawn anew under the leader's hand.
    part.dataset.dirty = "";
    tell(part);
  });
  document.addEventListener("submit", (event) => { delete event.target.dataset.dirty; }, true);
  document.addEventListener("htmx:oobAfterSwap", tellAll);
  document.addEventListener("htmx:afterSwap", tellAll);
  tellAll();
})();
