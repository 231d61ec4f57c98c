// Copies a text. The button is shown where there is a script and a clipboard to answer it.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const said = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = button.dataset.done;
    } catch {
      said.textContent = button.dataset.failed;
    }
  });
}
