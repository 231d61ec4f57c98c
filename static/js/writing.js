// Beside the form of an edition: measures the language of what stands in it, and leads from a list to its places, also
// when they are folded, in the other language or inside a text editor. Texts come from the template.
(() => {
  "use strict";

  // From a list to a place

  function follow(id) {
    const place = document.getElementById(id);
    if (!place) return false;
    const language = place.closest("[data-mt-lang]")?.dataset.mtLang;
    if (language && ![language, "all"].includes(document.body.dataset.mtShow)) {
      document.querySelector(`.language-switch [data-shows="${language}"]`)?.click();
    }
    const box = place.closest(".order-machine .inline-related");
    if (box?.classList.contains("collapsed")) box.querySelector(".block-toggle")?.click();
    const editor = place.closest(".prose-editor")?.querySelector(".ProseMirror");
    const target = editor ?? (place.matches("input, select, textarea") ? place : place.querySelector(".block-toggle"));
    (target ?? place).scrollIntoView({ block: "center" });
    target?.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".checklist a[href*='#']");
    if (!link || new URL(link.href).pathname !== window.location.pathname) return;
    if (follow(new URL(link.href).hash.slice(1))) event.preventDefault();
  });

  // What stands in the form

  const section = document.getElementById("sproget");
  const form = document.querySelector(".change-form #content-main > form");
  if (!section || !form) return;
  const found = section.querySelector(".writing__found");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "desk-button desk-button--second";
  button.textContent = section.dataset.measure;
  section.append(button);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = section.dataset.busy;
    try {
      const data = new FormData(form);
      data.set("_writing", "1");
      const response = await window.fetch(window.location.pathname, { method: "POST", body: data, redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      found.innerHTML = await response.text();
    } catch {
      found.textContent = section.dataset.failed;
    }
    button.textContent = section.dataset.measure;
    button.removeAttribute("aria-disabled");
  });
})();
