// Copies the address of a link with one press, where the browser can.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = button.parentElement.querySelector("[data-copy-from]");
    const status = document.createElement("span");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    button.after(status);
    const text = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
      status.textContent = button.dataset.copied;
      window.setTimeout(() => {
        button.textContent = text;
        status.textContent = "";
      }, 4000);
    });
  }
})();
