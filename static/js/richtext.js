// The rich text editor of the desk comes without a name, with English hints and a row of buttons that says nothing to
// the ear. Texts come from Django's catalogue for scripts.
(() => {
  "use strict";
  const translate = (text) => (window.gettext ? window.gettext(text) : text);
  const HINTS = {
    "heading 3": "Heading",
    "heading 4": "Subheading",
    bold: "Bold",
    italic: "Italic",
    "unordered list": "Bullet list",
    "ordered list": "Numbered list",
    blockquote: "Quotation",
    "insert link": "Insert link",
    "remove link": "Remove link",
    undo: "Undo",
    redo: "Redo",
  };

  function nameArea(area, textarea) {
    const label = textarea.id && document.querySelector(`label[for="${textarea.id}"]`);
    if (label) {
      label.id = label.id || `label-${textarea.id}`;
      area.setAttribute("aria-labelledby", label.id);
      // The field that the label is for is hidden behind the editor.
      label.addEventListener("click", () => area.focus());
    }
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    const language = textarea.closest("[data-mt-lang]")?.dataset.mtLang;
    if (language) area.lang = language;
    return label;
  }

  // One stop for Tab; arrow keys go from button to button, as in other toolbars.
  function prepareToolbar(bar, label) {
    const buttons = [...bar.querySelectorAll("button")];
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", `${translate("Formatting")}: ${label?.textContent.replace(/:\s*$/, "") ?? ""}`);
    for (const button of buttons) {
      const hint = translate(HINTS[button.getAttribute("aria-label")] ?? button.getAttribute("aria-label"));
      button.setAttribute("aria-label", hint);
      button.title = hint;
      button.tabIndex = button === buttons[0] ? 0 : -1;
      if (button.classList.contains("material-icons")) {
        // The icon is a word that a font draws as a picture.
        const icon = document.createElement("span");
        icon.setAttribute("aria-hidden", "true");
        icon.append(...button.childNodes);
        button.append(icon);
      }
    }
    const show = (button) => {
      button.setAttribute("aria-disabled", String(button.matches(".disabled:not(.active)")));
      button.setAttribute("aria-pressed", String(button.classList.contains("active")));
    };
    buttons.forEach(show);
    new MutationObserver((changes) => changes.forEach((change) => show(change.target))).observe(bar, {
      attributeFilter: ["class"],
      subtree: true,
    });
    bar.addEventListener("keydown", (event) => {
      const seen = buttons.filter((button) => !button.classList.contains("hidden"));
      const here = seen.indexOf(event.target.closest("button"));
      const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: seen.length - 1 };
      if (here < 0 || !(event.key in steps)) return;
      event.preventDefault();
      seen.at(steps[event.key] % seen.length).focus();
    });
    bar.addEventListener("focusin", (event) => {
      for (const button of buttons) button.tabIndex = button === event.target ? 0 : -1;
    });
  }

  // The dialogue for links is made anew each time.
  function nameDialogs(area) {
    new MutationObserver(() => {
      const dialog = area.parentElement.querySelector("dialog:not([aria-label])");
      if (dialog) dialog.setAttribute("aria-label", dialog.querySelector("h3")?.textContent ?? "");
    }).observe(area.parentElement, { childList: true });
  }

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const area = editor.view.dom;
    const label = nameArea(area, textarea);
    nameDialogs(area);
    const barIsThere = () => {
      const bar = area.parentElement.querySelector(".prose-menubar");
      if (bar) prepareToolbar(bar, label);
    };
    if (editor.isInitialized) barIsThere();
    else editor.on("create", barIsThere);
  });
})();
