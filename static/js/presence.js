// Somebody who writes for an hour without saving is still there: tells the server so every few minutes, and tells the
// editor when the login has ended all the same.
(() => {
  "use strict";
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const { presence, presenceLogin, presenceText, presenceLink } = document.currentScript.dataset;
  if (!presence || !token) return;
  const EVERY = 5 * 60 * 1000;
  let told = Date.now();

  function warn() {
    if (document.querySelector(".logged-out")) return;
    const box = document.createElement("p");
    box.className = "logged-out";
    box.setAttribute("role", "alert");
    const link = document.createElement("a");
    link.href = presenceLogin;
    link.target = "_blank";
    link.textContent = presenceLink;
    box.append(presenceText, " ", link);
    document.body.prepend(box);
  }

  async function tell() {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    try {
      const response = await fetch(presence, {
        method: "POST",
        headers: { "X-CSRFToken": token.value },
        redirect: "manual",
      });
      if (response.status === 204) document.querySelector(".logged-out")?.remove();
      else warn();
    } catch {
      // No network just now: the next keystroke after five minutes tries again.
    }
  }

  for (const kind of ["input", "keydown", "change"]) document.addEventListener(kind, tell, { passive: true });
})();
