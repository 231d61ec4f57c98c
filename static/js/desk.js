// Improves the forms of the editors' desk: one language at a time, named fields, a question before words are lost.
// Everything works without it; texts come from Django's catalogue for scripts.
(() => {
  "use strict";
  const translate = (text) => (window.gettext ? window.gettext(text) : text);

  // One language at a time. Fields are only hidden, never moved, so the editors in them survive.
  const OWN_LANGUAGE = document.documentElement.lang;
  const LANGUAGE_NAMES = new Intl.DisplayNames([OWN_LANGUAGE], { type: "language" });

  function languageName(code) {
    const name = LANGUAGE_NAMES.of(code);
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  // A rule for each language, so that it also holds for the fields of blocks that are added later.
  function hideOthers(codes) {
    const sheet = new CSSStyleSheet();
    for (const code of codes) {
      sheet.insertRule(
        `body[data-mt-show="${code}"] [data-mt-lang]:not([data-mt-lang="${code}"]) { display: none; }`,
      );
    }
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  function markLanguages(root) {
    for (const field of root.querySelectorAll("[class*='mt-field-']")) {
      const language = /mt-field-\S+-(\w+)/.exec(field.className)?.[1];
      const row = field.closest(".form-row");
      if (language && row) row.dataset.mtLang = language;
    }
  }

  function languageSwitch(form) {
    markLanguages(form);
    const rows = [...form.querySelectorAll("[data-mt-lang]")];
    if (!rows.length) return;
    const codes = new Set([OWN_LANGUAGE, ...rows.map((row) => row.dataset.mtLang)]);
    hideOthers(codes);
    const group = document.createElement("div");
    group.className = "language-switch";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", translate("Language of the fields"));
    for (const code of [...codes, "all"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = code === "all" ? translate("All languages") : languageName(code);
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
    show(form.querySelector("[data-mt-lang] .errorlist") ? "all" : OWN_LANGUAGE);
  }

  // Fields in which one searches for the row to choose come without a name.
  function nameChoices(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.parentElement.querySelector(".select2-container");
      if (!label || !box) continue;
      label.id = label.id || `label-${select.id}`;
      const shown = box.querySelector(".select2-selection__rendered");
      if (select.multiple) {
        box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
        box.querySelector(".select2-selection").setAttribute("aria-labelledby", label.id);
      } else {
        shown.setAttribute("aria-labelledby", label.id);
        box.querySelector(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
      }
    }
  }

  document.addEventListener("formset:added", (event) => {
    markLanguages(event.target);
    // Once the field is there.
    window.setTimeout(() => nameChoices(event.target), 0);
  });
  window.django?.jQuery?.(() => nameChoices(document));
  window.django?.jQuery?.(document).on("select2:open", (event) => {
    const label = document.querySelector(`label[for="${event.target.id}"]`)?.id;
    const fields = document.querySelectorAll(".select2-container--open .select2-search__field");
    for (const field of fields) field.setAttribute("aria-labelledby", label);
    const list = document.querySelector(".select2-container--open .select2-results__options");
    list?.setAttribute("aria-labelledby", label);
    const field = document.querySelector(".select2-container--open .select2-selection");
    if (list) field?.setAttribute("aria-controls", list.id);
  });

  // The calendar and the clock open at the end of the page without a word: the focus goes there and comes back.
  function prepareBox(box) {
    let opener = null;
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", translate(box.classList.contains("clockbox") ? "Choose a Time" : "Choose a Date"));
    new MutationObserver(() => {
      const isOpen = box.style.display === "block";
      if (isOpen && !opener) {
        opener = document.activeElement;
        (box.querySelector(".selected a") ?? box.querySelector(".today a, td a, li a"))?.focus({ preventScroll: true });
      } else if (!isOpen && opener) {
        opener.focus();
        opener = null;
      }
    }).observe(box, { attributeFilter: ["style"] });
  }

  new MutationObserver((changes) => {
    for (const added of changes.flatMap((change) => [...change.addedNodes])) {
      if (added.matches?.(".calendarbox, .clockbox")) prepareBox(added);
    }
  }).observe(document.body, { childList: true });

  const form = document.querySelector(".change-form #content-main > form");
  if (form) languageSwitch(form);

  // A link to a field leads to it, in whichever language it is, and shows which one is meant.
  function reveal() {
    const named = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    // A kind of block of which there is none yet: where blocks are added.
    if (named?.matches(".inline-group")) document.querySelector(".order-machine-insert-target.last button")?.focus();
    const box = named?.closest(".inline-related");
    box?.classList.remove("collapsed");
    const field = named === box ? box?.querySelector(".form-row :is(input, textarea, select)") : named;
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
      if (isTooMuch()) {
        event.preventDefault();
        complain();
        return;
      }
      if (event.submitter?.formTarget !== "_blank") changed = false;
    });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

    // The server takes two and a half megabytes of text (DATA_UPLOAD_MAX_MEMORY_SIZE) and would answer with an empty
    // form: better not to send it, so that everything goes on standing here.
    const MOST_BYTES = 2500000;

    function isTooMuch() {
      const texts = [...new FormData(form)].filter(([, value]) => typeof value === "string");
      if (form.enctype === "multipart/form-data") {
        return texts.reduce((sum, pair) => sum + new Blob(pair).size, 0) > MOST_BYTES;
      }
      return new URLSearchParams(texts).toString().length > MOST_BYTES;
    }

    function complain() {
      let note = document.getElementById("too-much");
      if (!note) {
        note = document.createElement("p");
        note.id = "too-much";
        note.className = "errornote";
        note.tabIndex = -1;
        note.textContent = translate(
          "There is too much text to save at once. Nothing is saved yet, and nothing is lost: take some of it out.",
        );
        form.prepend(note);
      }
      note.scrollIntoView({ block: "center" });
      note.focus({ preventScroll: true });
    }

    // As in any other programme in which one writes.
    window.addEventListener("keydown", (event) => {
      const save = document.querySelector("button[name=_save], input[name=_save]");
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || !save) return;
      event.preventDefault();
      save.click();
    });
  }
})();
