// Improves the forms of the editors' desk: one language at a time, ordering by keyboard, named text editors.
// Everything works without it; texts come from Django's catalogue for scripts.
(() => {
  "use strict";
  const translate = (text) => (window.gettext ? window.gettext(text) : text);

  // One language at a time. Fields are only hidden, never moved, so the editors in them survive.
  const LANGUAGES = { da: "Danish", en: "English" };

  function markLanguages(root) {
    for (const field of root.querySelectorAll("[class*='mt-field-']")) {
      const language = /mt-field-\S+-(\w+)/.exec(field.className)?.[1];
      const row = field.closest(".form-row");
      if (language && row) row.dataset.mtLang = language;
    }
  }

  function languageSwitch(form) {
    markLanguages(form);
    if (!form.querySelector("[data-mt-lang]")) return;
    const group = document.createElement("div");
    group.className = "language-switch";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", translate("Language of the fields"));
    for (const [code, name] of [...Object.entries(LANGUAGES), ["all", "All languages"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = translate(name);
      const errors = form.querySelectorAll(`[data-mt-lang="${code}"] .errorlist`).length;
      if (errors) button.textContent += ` (${errors})`;
      button.addEventListener("click", () => show(code));
      button.dataset.shows = code;
      group.append(button);
    }
    function show(code) {
      document.body.dataset.mtShow = code;
      for (const button of group.children) {
        button.setAttribute("aria-pressed", String(button.dataset.shows === code));
      }
    }
    form.prepend(group);
    show(form.querySelector("[data-mt-lang] .errorlist") ? "all" : "da");
  }

  // Move blocks with buttons: dragging is not for everybody.
  function moveButtons(inline) {
    if (inline.querySelector(".move-buttons") || inline.classList.contains("empty-form")) return;
    const heading = inline.querySelector("h3, .inline_label")?.closest("h3") ?? inline.querySelector("h3");
    if (!heading) return;
    const buttons = document.createElement("span");
    buttons.className = "move-buttons";
    for (const [step, text, sign] of [
      [-1, "Move up", "↑"],
      [1, "Move down", "↓"],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", translate(text));
      button.title = translate(text);
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        move(inline, step);
        button.focus();
      });
      buttons.append(button);
    }
    heading.append(buttons);
  }

  const orderOf = (inline) => inline.querySelector(".order-machine-ordering");

  function move(inline, step) {
    const all = [...document.querySelectorAll(".order-machine .inline-related:not(.empty-form)")]
      .filter(orderOf)
      .sort((a, b) => orderOf(a).value - orderOf(b).value);
    const from = all.indexOf(inline);
    const to = from + step;
    if (to < 0 || to >= all.length) return;
    [all[from], all[to]] = [all[to], all[from]];
    all.forEach((each, index) => {
      orderOf(each).value = (index + 1) * 10;
      each.style.order = (index + 1) * 10;
    });
    status(`${translate("Place")} ${to + 1} / ${all.length}`);
  }

  function status(text) {
    let region = document.getElementById("desk-status");
    if (!region) {
      region = document.createElement("p");
      region.id = "desk-status";
      region.className = "visually-hidden";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    region.textContent = text;
  }

  // The rich text editor comes without a name and with English hints.
  const HINTS = {
    paragraph: "Paragraph",
    Paragraph: "Paragraph",
    "Heading 3": "Heading",
    "Heading 4": "Subheading",
    bold: "Bold",
    italic: "Italic",
    bulletList: "Bullet list",
    orderedList: "Numbered list",
    blockquote: "Quotation",
    link: "Insert link",
    unlink: "Remove link",
    undo: "Undo",
    redo: "Redo",
    "unordered list": "Bullet list",
    "ordered list": "Numbered list",
    "insert link": "Insert link",
    "remove link": "Remove link",
  };

  function translateHints(root) {
    for (const button of root.querySelectorAll("[aria-label], [title]")) {
      for (const name of ["aria-label", "title"]) {
        const hint = HINTS[button.getAttribute(name)];
        if (hint) button.setAttribute(name, translate(hint));
      }
    }
  }

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const area = editor.view.dom;
    const label = textarea.id && document.querySelector(`label[for="${textarea.id}"]`);
    if (label) {
      label.id = label.id || `label-${textarea.id}`;
      area.setAttribute("aria-labelledby", label.id);
    }
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    const language = textarea.closest("[data-mt-lang]")?.dataset.mtLang;
    if (language) area.lang = language;
    // The menu is built after the editor says that it is ready.
    window.setTimeout(() => translateHints(area.closest(".prose-editor") ?? textarea.parentElement), 0);
  });

  document.addEventListener("content-editor:ready", () => {
    for (const inline of document.querySelectorAll(".order-machine .inline-related")) moveButtons(inline);
  });
  document.addEventListener("content-editor:activate", (event) => {
    const inline = event.detail?.inline;
    if (inline) moveButtons(inline);
  });
  document.addEventListener("formset:added", (event) => markLanguages(event.target));
  const form = document.querySelector(".change-form #content-main > form");
  if (form) languageSwitch(form);

  // A link to a field leads to it, in whichever language it is, and shows which one is meant.
  function reveal() {
    const field = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const row = field?.closest(".form-row");
    if (!row) return;
    const language = row.dataset.mtLang;
    if (language) document.querySelector(`.language-switch [data-shows="${language}"]`)?.click();
    for (const meant of document.querySelectorAll(".is-meant")) meant.classList.remove("is-meant");
    row.classList.add("is-meant");
    for (const folded of [row.closest("details"), row.closest(".inline-related")?.querySelector("details")]) {
      if (folded) folded.open = true;
    }
    row.scrollIntoView({ block: "center" });
    (row.querySelector("[role='textbox']") ?? field).focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", reveal);
  // Editors and the order of the blocks come last.
  window.addEventListener("load", () => window.setTimeout(reveal, 200));

  // Typed text must not be lost by a slip of the finger.
  if (form) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formTarget !== "_blank") changed = false;
    });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
})();
