// The block editor of the desk, for the keyboard and for the ear: every block has a real button that folds it and
// buttons that move it, a block is added from a list that opens and closes by keyboard, and the blocks stand in the
// document in the order in which they are seen. Texts come from Django's catalogue for scripts.
(() => {
  "use strict";
  const translate = (text) => (window.gettext ? window.gettext(text) : text);
  const machine = () => document.querySelector(".order-machine");
  const chooser = () => document.querySelector(".plugin-buttons");
  const boxes = () => [...document.querySelectorAll(".order-machine > .inline-related:not(.empty-form)")];
  const orderOf = (box) => box.querySelector(".order-machine-ordering");
  const inOrder = () => boxes().filter(orderOf).sort((a, b) => orderOf(a).value - orderOf(b).value);
  const numberOf = (box) => Number(/\d+$/.exec(box.id)?.[0]);

  function element(tag, className, attributes = {}) {
    const made = document.createElement(tag);
    made.className = className;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function button(className, text, sign = "") {
    const made = element("button", className, { type: "button" });
    made.textContent = sign || text;
    if (sign) {
      made.setAttribute("aria-label", text);
      made.title = text;
    }
    return made;
  }

  function say(text) {
    let region = document.getElementById("desk-status");
    if (!region) {
      region = element("p", "visually-hidden", { id: "desk-status", role: "status" });
      document.body.append(region);
    }
    region.textContent = text;
  }

  // What is changed here counts as typed: leaving asks first.
  const changed = () => machine().dispatchEvent(new Event("input", { bubbles: true }));

  // One after the other

  // The block editor orders blocks by style alone. Tab and a screen reader follow the document, so it follows suit.
  function arrange(order = inOrder()) {
    const root = machine();
    const focused = document.activeElement;
    let next = root.querySelector(".empty-form");
    for (const box of order.reverse()) {
      if (box.nextElementSibling !== next) root.insertBefore(box, next);
      next = box;
    }
    root.append(root.querySelector(".order-machine-insert-target.last"));
    if (root.contains(focused) && document.activeElement !== focused) focused.focus({ preventScroll: true });
    const shown = inOrder();
    for (const box of shown) {
      box.querySelector("[data-step='-1']")?.setAttribute("aria-disabled", String(box === shown[0]));
      box.querySelector("[data-step='1']")?.setAttribute("aria-disabled", String(box === shown.at(-1)));
    }
  }

  function move(box, step) {
    const all = inOrder();
    const from = all.indexOf(box);
    const to = from + step;
    if (to < 0 || to >= all.length) return;
    [all[from], all[to]] = [all[to], all[from]];
    all.forEach((each, index) => {
      orderOf(each).value = (index + 1) * 10;
      each.style.order = (index + 1) * 10;
    });
    arrange();
    say(`${translate("Place")} ${to + 1} / ${all.length}`);
    changed();
  }

  // One block

  function decorate(box) {
    const heading = box.querySelector(":scope > h3");
    if (!heading || box.classList.contains("empty-form") || box.querySelector(":scope > .block-tools")) return;
    const toggle = button("block-toggle", "");
    for (const part of heading.querySelectorAll(":scope > .material-icons, :scope > b, :scope > .inline_label")) {
      toggle.append(part, " ");
    }
    toggle.querySelector(".material-icons")?.setAttribute("aria-hidden", "true");
    heading.prepend(toggle);
    const tools = element("div", "block-tools");
    for (const [step, text, sign] of [
      [-1, "Move up", "↑"],
      [1, "Move down", "↓"],
    ]) {
      const mover = button("block-tool", translate(text), sign);
      mover.dataset.step = step;
      mover.addEventListener("click", () => move(box, step));
      tools.append(mover);
    }
    const remove = heading.querySelector(".delete") ?? heading.querySelector(".inline-deletelink")?.parentElement;
    if (remove) tools.append(remove);
    heading.after(tools);
    const showFolded = () => {
      toggle.setAttribute("aria-expanded", String(!box.matches(".collapsed, .for-deletion")));
    };
    new MutationObserver(showFolded).observe(box, { attributeFilter: ["class"] });
    showFolded();
  }

  // Adding

  function addButton(target) {
    if (target.querySelector("button")) return;
    const isLast = target.classList.contains("last");
    const box = target.closest(".inline-related");
    const made = button("block-add", translate(isLast ? "Add a block" : "Add a block before this"), isLast ? "" : "+");
    made.setAttribute("aria-expanded", "false");
    if (isLast) {
      const plus = element("span", "", { "aria-hidden": "true" });
      plus.textContent = "+ ";
      made.prepend(plus);
    }
    target.append(made);
    // The place of a button in a row of equals is told by what follows.
    const heading = box?.querySelector(":scope > h3");
    if (heading) {
      heading.id = heading.id || `${box.id}-heading`;
      made.setAttribute("aria-describedby", heading.id);
    }
  }

  const openTarget = () => document.querySelector(".plugin-buttons-visible .order-machine-insert-target.selected");

  function choices() {
    return [...chooser().querySelectorAll(".plugin-button:not(.content-editor-hide)")];
  }

  // The list covers nothing that stands below the blocks: they make room for it.
  function makeRoom(opened) {
    const wrapper = document.querySelector(".order-machine-wrapper");
    wrapper.style.paddingBottom = "";
    const below = chooser().getBoundingClientRect().bottom - wrapper.getBoundingClientRect().bottom;
    if (opened && below > 0) wrapper.style.paddingBottom = `${Math.ceil(below)}px`;
  }

  function showOpened() {
    const opened = openTarget();
    makeRoom(opened);
    for (const each of document.querySelectorAll(".block-add")) {
      each.setAttribute("aria-expanded", String(each.parentElement === opened));
    }
    return opened;
  }

  function closeChooser(focusBack) {
    const opened = openTarget();
    document.querySelector(".order-machine-wrapper").classList.remove("plugin-buttons-visible");
    opened?.classList.remove("selected");
    if (window.ContentEditor) window.ContentEditor._insertBefore = null;
    showOpened();
    if (focusBack) opened?.querySelector("button").focus();
  }

  function prepareChooser() {
    const list = chooser();
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", translate("Kind of block"));
    for (const choice of choices()) {
      choice.tabIndex = 0;
      choice.querySelector(".material-icons")?.setAttribute("aria-hidden", "true");
    }
    list.addEventListener("keydown", (event) => {
      const all = choices();
      const here = all.indexOf(event.target.closest(".plugin-button"));
      const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 };
      if (event.key in steps) {
        all.at(steps[event.key] % all.length).focus();
      } else if (event.key === "Enter" || event.key === " ") {
        event.target.click();
      } else {
        return;
      }
      event.preventDefault();
    });
    list.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (to && !list.contains(to) && !to.closest(".order-machine-insert-target")) closeChooser(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && openTarget()) closeChooser(true);
    });
    window.addEventListener("resize", () => makeRoom(openTarget()));
    // After the block editor has opened or closed its list.
    document.addEventListener("click", (event) => {
      const opened = showOpened();
      if (opened?.contains(event.target)) choices()[0]?.focus();
    });
  }

  // A new block begins with the cursor in its first field; a text editor is ready a little later.
  let fresh = null;

  function enter(box) {
    const first = [...box.querySelectorAll(":scope > fieldset :is(input, select, textarea, [role='textbox'])")].find(
      (field) => field.type !== "hidden" && (field.checkVisibility?.() ?? true),
    );
    if (first?.matches("textarea[data-django-prose-editor-configurable]")) fresh = first;
    else first?.focus();
  }

  document.addEventListener("prose-editor:ready", (event) => {
    if (event.detail.textarea !== fresh) return;
    fresh = null;
    // Whoever is already choosing the next block goes on choosing.
    if (!openTarget()) event.detail.editor.view.dom.focus();
  });

  document.addEventListener("formset:added", (event) => {
    window.setTimeout(() => {
      if (!machine()?.contains(event.target)) return;
      arrange();
      showOpened();
      enter(event.target);
      say(translate("The block is added."));
      changed();
    }, 0);
  });

  // Removing

  let nextStop = null;
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.(".order-machine .inline-deletelink");
      if (!link) return;
      const all = inOrder();
      const here = all.indexOf(link.closest(".inline-related"));
      nextStop = all[here + 1] ?? all[here - 1] ?? null;
    },
    true,
  );
  document.addEventListener("formset:removed", (event) => {
    if (!machine()) return;
    // Django numbers the blocks of this kind anew in the order of the document: give it back the order of numbers.
    const same = boxes().filter((box) => box.classList.contains(`dynamic-${event.detail.formsetName}`));
    const others = boxes().filter((box) => !same.includes(box));
    arrange([...others, ...same.sort((a, b) => numberOf(a) - numberOf(b))]);
    window.setTimeout(() => {
      arrange();
      (nextStop?.querySelector(".block-toggle") ?? document.querySelector(".last .block-add"))?.focus();
      nextStop = null;
      say(translate("The block is removed."));
      changed();
    }, 0);
  });
  // The block editor takes the focus away from the box that marks a block to be deleted.
  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".order-machine .delete > input")) event.target.focus();
  });
  // A link that acts like a button answers to the space bar as well.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.(".order-machine .inline-deletelink")) return;
    event.preventDefault();
    event.target.click();
  });

  // All blocks

  function foldAll() {
    const box = document.querySelector(".collapse-items input");
    if (!box) return;
    const made = button("fold-all", "");
    const label = () => {
      const words = box.checked ? ".uncollapse-all" : ".collapse-all";
      made.textContent = document.querySelector(words).lastChild.textContent.trim();
    };
    made.addEventListener("click", () => {
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change"));
      label();
    });
    label();
    box.closest("label").hidden = true;
    box.closest(".machine-collapse").append(made);
  }

  document.addEventListener("content-editor:ready", () => {
    for (const box of boxes()) decorate(box);
    for (const target of document.querySelectorAll(".order-machine-insert-target")) {
      if (!target.closest(".empty-form")) addButton(target);
    }
    prepareChooser();
    foldAll();
    arrange();
    machine().addEventListener("drop", () => {
      window.setTimeout(() => {
        arrange();
        changed();
      }, 0);
    });
  });
  document.addEventListener("content-editor:activate", (event) => {
    const box = event.detail?.inline;
    const target = box?.querySelector(":scope > .order-machine-insert-target");
    if (!target || box.classList.contains("empty-form")) return;
    decorate(box);
    addButton(target);
  });
})();
