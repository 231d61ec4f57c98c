// Improves the screen of a preview: a frame that is wider than the room is drawn smaller, and paper can be printed.
(() => {
  "use strict";
  const stage = document.querySelector("[data-preview-stage]");
  const frame = stage?.querySelector("iframe");
  if (!frame) return;

  function fit() {
    stage.classList.remove("preview__stage--fitted");
    frame.style.removeProperty("transform");
    frame.style.removeProperty("height");
    stage.style.removeProperty("height");
    const style = getComputedStyle(stage);
    const room = stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const scale = room / frame.offsetWidth;
    if (scale >= 1) return;
    stage.classList.add("preview__stage--fitted");
    // A screen keeps the height that it has at hand; a sheet of paper keeps its shape.
    if (stage.classList.contains("preview__stage--computer")) {
      frame.style.height = `${Math.min(frame.offsetHeight / scale, 1800)}px`;
    }
    frame.style.transform = `scale(${scale})`;
    // What is drawn smaller still takes its whole room: the stage ends where the frame is seen to end.
    const around = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    stage.style.height = `${frame.offsetHeight * scale + around}px`;
  }

  let width = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    fit();
  }).observe(stage);

  const print = document.querySelector("[data-preview-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    });
  }
})();
