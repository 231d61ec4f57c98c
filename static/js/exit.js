// Leaves the page at once: blanks it, says so, and takes its place in the history of the tab. Without a script the link
// is an ordinary one. When the page is brought back from the browser's memory it is whole again.
const link = document.querySelector("[data-exit]");
const status = document.querySelector("[data-exit-status]");
const PRESSES = 3;
const WITHIN = 5000;
let presses = 0;
let timer;

function leave() {
  document.documentElement.classList.add("is-leaving");
  document.title = link.dataset.leaving;
  status.textContent = link.dataset.leaving;
  window.location.replace(link.href);
}

function forget() {
  presses = 0;
  status.textContent = "";
}

if (link && status) {
  const title = document.title;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keyup", (event) => {
    clearTimeout(timer);
    if (event.key !== "Shift") return forget();
    presses += 1;
    if (presses >= PRESSES) return leave();
    if (presses === PRESSES - 1) status.textContent = link.dataset.pressed;
    timer = setTimeout(forget, WITHIN);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.documentElement.classList.remove("is-leaving");
    document.title = title;
    forget();
  });
}
