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
  function prepareDialogs(area) {
    new MutationObserver(() => {
      const dialog = area.parentElement.querySelector("dialog:not([aria-label])");
      if (!dialog) return;
      dialog.setAttribute("aria-label", dialog.querySelector("h3")?.textContent ?? "");
      // What an address can be chosen from, as in the fields of the form.
      dialog.querySelector("[name=href]")?.setAttribute("list", "link-choices");
    }).observe(area.parentElement, { childList: true });
  }

  // What is pasted

  const MOST_MARKUP = 500000;
  const MOST_TEXT = 200000;

  // What a style says that is more than looks, as an attribute that the policy of the desk lets pass.
  const MEANT = {
    "from-sign": /mso-list:\s*ignore/i,
    "from-item": /mso-list:\s*l\d/i,
    "from-bold": /font-weight:\s*(bold|[6-9]00)/i,
    "from-italic": /font-style:\s*italic/i,
    "from-plain": /font-weight:\s*(normal|400)/i,
  };

  // Taken out before the browser reads it: the policy would refuse it all, one complaint for each.
  function withoutStyles(html) {
    const quiet = html
      .replace(/<(style|script|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
      .replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi, "");
    return quiet.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi, (_whole, style) =>
      Object.keys(MEANT)
        .filter((name) => MEANT[name].test(style))
        .map((name) => ` data-${name}`)
        .join(""),
    );
  }

  function replace(element, tag) {
    const made = element.ownerDocument.createElement(tag);
    made.append(...element.childNodes);
    element.replaceWith(made);
  }

  // Word writes lists as paragraphs with a sign in front, others write bold as a style; the rest is looks.
  function cleaned(html, area) {
    const body = document.implementation.createHTMLDocument("").body;
    body.innerHTML = withoutStyles(html);
    if (body.querySelector("img")) tellOfPictures(area);
    if (body.querySelector("table")) tell(area, translate("A table comes along as lines of text. Look them through."));
    // Each cell on a line of its own.
    for (const cell of body.querySelectorAll("td, th")) replace(cell, "div");
    for (const rest of body.querySelectorAll("style, script, meta, link, title, xml, img")) rest.remove();
    for (const bold of body.querySelectorAll("b[data-from-plain]")) replace(bold, "span");
    for (const bold of body.querySelectorAll("span[data-from-bold]")) replace(bold, "strong");
    for (const italic of body.querySelectorAll("span[data-from-italic]")) replace(italic, "em");
    for (const paragraph of body.querySelectorAll("p[class*='MsoList'], p[data-from-item]")) {
      const sign = paragraph.querySelector("[data-from-sign]");
      const tag = /^\(?(\d+|[a-z])[.)]/i.test(sign?.textContent.trim() ?? "") ? "ol" : "ul";
      sign?.remove();
      let list = paragraph.previousElementSibling;
      if (!list?.matches(`${tag}[data-from-word]`)) {
        list = body.ownerDocument.createElement(tag);
        list.dataset.fromWord = "";
        paragraph.before(list);
      }
      const item = body.ownerDocument.createElement("li");
      item.append(paragraph);
      list.append(item);
    }
    return body.innerHTML;
  }

  // Under the field, and read aloud: what did not come along.
  function tell(area, words) {
    let note = area.parentElement.querySelector(".paste-note");
    if (!note) {
      note = document.createElement("p");
      note.className = "errornote paste-note";
      note.setAttribute("role", "alert");
      area.after(note);
    }
    note.append(note.hasChildNodes() ? " " : "", words);
  }

  function tellOfPictures(area) {
    tell(area, translate("Pictures do not come along. Pages have the block “Picture” for them."));
  }

  // A browser would stand still for minutes over a very large paste; pictures in it are left out anyway.
  function boundPastes(editor) {
    const area = editor.view.dom;
    area.addEventListener(
      "paste",
      (event) => {
        const html = event.clipboardData?.getData("text/html") ?? "";
        const text = event.clipboardData?.getData("text/plain") ?? "";
        area.parentElement.querySelector(".paste-note")?.remove();
        const files = [...(event.clipboardData?.files ?? [])];
        if (!html && files.some((file) => file.type.startsWith("image/"))) tellOfPictures(area);
        if (html.length <= MOST_MARKUP && text.length <= MOST_TEXT) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (html.includes("<img")) tellOfPictures(area);
        if (text && text.length <= MOST_TEXT) editor.view.pasteText(text);
        else tell(area, translate("That is too much to paste at once. Paste it in smaller parts."));
      },
      true,
    );
    editor.view.setProps({ transformPastedHTML: (html) => cleaned(html, area) });
  }

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const area = editor.view.dom;
    const label = nameArea(area, textarea);
    prepareDialogs(area);
    boundPastes(editor);
    const barIsThere = () => {
      const bar = area.parentElement.querySelector(".prose-menubar");
      if (bar) prepareToolbar(bar, label);
    };
    if (editor.isInitialized) barIsThere();
    else editor.on("create", barIsThere);
  });
})();
