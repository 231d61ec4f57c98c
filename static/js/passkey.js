// Shows what needs a passkey where the browser can use one, and says in words when it did not work.
(() => {
  "use strict";
  // Passkeys belong to a name: a bare network address has none.
  const isNumber = /^[\d.]+$|:/.test(window.location.hostname);
  const works = Boolean(window.PublicKeyCredential) && !isNumber;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !works;
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = works;

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const part of document.querySelectorAll("[data-passkey-trouble]")) part.hidden = false;
  });
})();
