// Keeps a copy of what an editor has typed and not saved, in this browser alone, and offers it again: after a crash, a
// closed tab, a form that was refused. It goes when the form is saved, when its draft or the text itself is thrown away,
// when the editor logs out, and after two weeks.
(() => {
  "use strict";
  const { editor, saved, discarded = "" } = document.currentScript.dataset;
  const OURS = `kept:${editor}:`;
  const LONGEST = 14 * 24 * 60 * 60 * 1000;
  // As much as the server takes (DATA_UPLOAD_MAX_MEMORY_SIZE).
  const MOST_BYTES = 2500000;

  let shelf;
  try {
    shelf = window.localStorage;
  } catch {
    return;
  }

  function isOver(copy) {
    return (
      Date.now() - copy.at > LONGEST ||
      saved.split(" ").includes(copy.name) ||
      discarded.split(" ").includes(copy.action)
    );
  }

  function copies() {
    const found = [];
    for (const key of Object.keys(shelf).filter((each) => each.startsWith("kept:"))) {
      let copy = null;
      try {
        copy = JSON.parse(shelf.getItem(key));
      } catch {
        // Not ours, or half written.
      }
      if (!copy || isOver(copy)) shelf.removeItem(key);
      else if (key.startsWith(OURS)) found.push({ key, ...copy });
    }
    return found.sort((a, b) => b.at - a.at);
  }

  const found = copies();

  for (const out of document.querySelectorAll("[data-forgets-copies]")) {
    out.addEventListener("submit", () => { for (const { key } of copies()) shelf.removeItem(key); });
  }

  const place = document.querySelector("[data-kept]");
  if (!place) return;
  const text = place.dataset;
  const form = document.querySelector(".change-form #content-main > form");
  const field = form?.elements.namedItem("copy");
  // A form that was refused, or filled from a copy, goes on under the same name.
  const goesOn = Boolean(field?.value);
  if (field && !goesOn) field.value = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

  const clock = (at) => new Intl.DateTimeFormat("da-DK", { dateStyle: "long", timeStyle: "short" }).format(at);

  function make(tag, className, words) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (words) element.textContent = words;
    return element;
  }

  // Offering what is there

  function bytes(fields) {
    return fields.reduce((sum, pair) => sum + new Blob(pair).size, 0);
  }

  function bringBack(copy) {
    const back = make("form");
    back.method = "post";
    back.enctype = "multipart/form-data";
    back.action = copy.action;
    back.hidden = true;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const [name, value] of [...copy.fields, ["csrfmiddlewaretoken", token], ["_recover", "1"]]) {
      const area = make("textarea");
      area.name = name;
      area.value = value;
      back.append(area);
    }
    document.body.append(back);
    back.submit();
  }

  function textsOf(copy) {
    return copy.fields
      .filter(([name, value]) => /_(?!on$)[a-z]{2}$/.test(name) && value.trim())
      .map(([, value]) => new DOMParser().parseFromString(value.replaceAll("</p>", "</p>\n"), "text/html").body.textContent);
  }

  function wordsOf(copy) {
    const area = make("textarea", "kept__words");
    area.readOnly = true;
    area.rows = 10;
    area.setAttribute("aria-label", text.words);
    area.value = textsOf(copy).join("\n\n");
    return area;
  }

  // The first words of the first text that another copy does not have.
  function beginning(copy, others) {
    const texts = textsOf(copy);
    const theirs = others.map(textsOf);
    const own = texts.find((each) => !theirs.every((other) => other.includes(each))) ?? texts[0] ?? "";
    const words = own.trim().split(/\s+/);
    return `”${words.slice(0, 8).join(" ")}${words.length > 8 ? " …" : ""}”`;
  }

  function offer(copy, others) {
    const box = make("section", "kept");
    const heading = make("h2", "", text.heading);
    const when = make("p", "", text.when.replace("[moment]", clock(copy.at)));
    const buttons = make("p", "kept__buttons");
    const fits = bytes(copy.fields) < MOST_BYTES && copy.action.startsWith("/admin/");
    const back = make("button", "desk-button", text.back);
    const drop = make("button", "desk-button desk-button--second", text.drop);
    back.type = drop.type = "button";
    back.addEventListener("click", () => bringBack(copy));
    drop.addEventListener("click", () => {
      shelf.removeItem(copy.key);
      box.remove();
    });
    buttons.append(...(fits ? [back] : []), drop);
    const details = make("details");
    details.append(make("summary", "", text.see), wordsOf(copy));
    const begins = others.length ? [make("p", "kept__begins", beginning(copy, others))] : [];
    box.append(heading, ...begins, when, ...(fits ? [] : [make("p", "", text.large)]), buttons, details);
    place.append(box);
  }

  const offered = found.filter((copy) => copy.about === text.kept && copy.name !== field?.value);
  for (const copy of offered) offer(copy, offered.filter((other) => other !== copy));

  // Keeping what is typed

  if (!field) return;
  const status = document.querySelector("[data-kept-status]");
  let waiting = 0;

  function keep() {
    window.clearTimeout(waiting);
    waiting = 0;
    const fields = [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
    );
    const copy = { name: field.value, about: text.kept, at: Date.now(), action: new URL(form.action).pathname, fields };
    try {
      shelf.setItem(`${OURS}${field.value}`, JSON.stringify(copy));
      if (status) status.textContent = text.keptAt.replace("[moment]", clock(copy.at));
    } catch {
      // Full: the older copy is better than none.
      if (status) status.textContent = text.full;
    }
  }

  function soon() {
    if (!waiting) waiting = window.setTimeout(keep, 1500);
  }

  for (const kind of ["input", "change"]) form.addEventListener(kind, soon);
  // Editors of rich text write into their fields a moment after the key.
  window.addEventListener("pagehide", () => { if (waiting) keep(); });
  form.addEventListener("submit", keep);
  document.querySelector("[data-drops-copy]")?.addEventListener("click", () => {
    window.clearTimeout(waiting);
    waiting = 0;
    shelf.removeItem(`${OURS}${field.value}`);
  });
})();
