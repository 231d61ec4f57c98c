// Offers titles while one types. The whole list is fetched once, when the box is first used, and is looked through here:
// no letter that is typed leaves the page. Without a script the box is an ordinary one.
const MOST = 8;
const MARKS = { æ: "ae", ø: "oe", å: "aa", ä: "ae", ö: "oe", ü: "u" };

// Plain letters, once more without those that stand for æ, ø and å, so that both ways of leaving them out are one.
function fold(text) {
  const plain = text.normalize("NFC").toLowerCase().replace(/[æøåäöü]/g, (letter) => MARKS[letter]);
  return plain.replace(/ae/g, "a").replace(/oe/g, "o").replace(/aa/g, "a").normalize("NFKD").replace(/[^a-z0-9]+/g, " ").trim();
}

// Whether a word is begun by another one, but for a letter or two.
function almost(typed, word) {
  const allowed = typed.length > 6 ? 2 : typed.length > 4 ? 1 : 0;
  if (!allowed || typed[0] !== word[0]) return false;
  let row = Array.from({ length: word.length + 1 }, (_, i) => i);
  for (let i = 1; i <= typed.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= word.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (typed[i - 1] === word[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return Math.min(...row.slice(Math.max(0, typed.length - allowed))) <= allowed;
}

// How well a name fits what is typed: 0 is best, Infinity not at all.
function fit(typed, name) {
  if (name.startsWith(typed)) return 0;
  const words = name.split(" ");
  let worst = 0;
  for (const each of typed.split(" ")) {
    let best = Infinity;
    for (const word of words) {
      if (word.startsWith(each)) best = Math.min(best, 1);
      else if (each.length > 2 && word.includes(each)) best = Math.min(best, 2);
      else if (best > 3 && almost(each, word)) best = 3;
    }
    worst = Math.max(worst, best);
  }
  return worst;
}

function setUp(input) {
  const status = input.parentElement.querySelector("[data-suggestions-status]");
  const list = document.createElement("ul");
  let rows;
  let shown = [];
  let active = -1;

  list.id = `${input.id}-forslag`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.list);
  input.after(list);
  // A search field in a list that opens is a combobox; its own cross would take a stop of the keyboard.
  input.type = "text";
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  async function load() {
    if (rows) return;
    rows = [];
    try {
      const answer = await fetch(input.dataset.suggestions);
      rows = (await answer.json()).map(([title, url, kind, others = []]) => {
        return { title, url, kind, names: [title, ...others].map(fold) };
      });
      if (document.activeElement === input && input.value) offer();
    } catch {
      // Without the list the box goes on being an ordinary one.
      rows = undefined;
    }
  }

  function close() {
    list.hidden = true;
    shown = [];
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function choose(number) {
    active = number;
    for (const [i, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(i === number));
    if (number < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[number].id);
    list.children[number].scrollIntoView({ block: "nearest" });
  }

  function offer() {
    const typed = fold(input.value);
    if (!rows || typed.length < 2) {
      status.textContent = "";
      return close();
    }
    const rated = rows.map((row, place) => {
      const [own, ...others] = row.names.map((name) => fit(typed, name));
      return { row, place, fit: Math.min(own, ...others.map((each) => each + 0.5)) };
    });
    // What is only almost right is offered where there is nothing else.
    const best = Math.min(...rated.map((each) => each.fit));
    shown = rated.filter((each) => each.fit < (best < 3 ? 3 : 4)).sort((a, b) => a.fit - b.fit || a.place - b.place).slice(0, MOST).map((each) => each.row);
    list.replaceChildren(...shown.map((row, i) => {
      const option = document.createElement("li");
      const kind = document.createElement("span");
      option.id = `${list.id}-${i}`;
      option.className = "suggestions__one";
      option.setAttribute("role", "option");
      option.append(row.title, " ", kind);
      kind.textContent = row.kind;
      return option;
    }));
    choose(-1);
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(Boolean(shown.length)));
    const said = { 0: input.dataset.none, 1: input.dataset.one };
    status.textContent = said[shown.length] ?? input.dataset.many.replace("{n}", shown.length);
  }

  function open(row) {
    input.value = row.title;
    close();
    window.location.assign(row.url);
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", () => (rows?.length ? offer() : load()));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = shown.length - 1;
    switch (event.key) {
      case "ArrowDown":
        event.preventDefault();
        if (list.hidden) offer();
        if (shown.length) choose(event.altKey ? -1 : active >= shown.length - 1 ? 0 : active + 1);
        break;
      case "ArrowUp":
        event.preventDefault();
        if (event.altKey) close();
        else if (shown.length) choose(active <= 0 ? last : active - 1);
        break;
      case "Enter":
        if (active < 0) return;
        event.preventDefault();
        open(shown[active]);
        break;
      case "Escape":
        if (list.hidden) input.value = "";
        else event.preventDefault();
        close();
        status.textContent = "";
        break;
      case "Home":
      case "End":
        // Back among the letters, where these keys belong.
        choose(-1);
        break;
      default:
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") choose(-1);
    }
  });
  // Before the box loses the focus, which closes the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(shown[[...list.children].indexOf(option)]);
  });
  if (document.activeElement === input) load();
}

for (const input of document.querySelectorAll("[data-suggestions]")) setUp(input);
