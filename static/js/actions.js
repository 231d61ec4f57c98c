// Where there is a column beside the form of an edition, the buttons that save and publish stand on top of it: always
// in sight, and covering nothing, as a bar at the foot of the window would.
(() => {
  "use strict";
  const side = document.querySelector(".desk-side");
  const form = document.querySelector(".change-form #content-main > form");
  const row = form?.querySelector(".submit-row");
  if (!side || !row) return;
  const home = document.createComment("");
  row.before(home);
  const wide = window.matchMedia("(min-width: 78rem)");

  function place() {
    for (const button of row.querySelectorAll("button")) button.setAttribute("form", form.id);
    if (wide.matches) side.prepend(row);
    else home.after(row);
  }

  wide.addEventListener("change", place);
  place();
})();
