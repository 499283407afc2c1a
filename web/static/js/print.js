/* A sheet that was opened to be printed asks for the printer; its button asks again. Without script the page says how. */
const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  /* coming back to the sheet, or loading it anew, is not asking for the printer */
  const [opened] = performance.getEntriesByType("navigation");
  const ask = () => document.fonts.ready.then(() => window.print());
  if (opened?.type === "navigate") {
    if (document.readyState === "complete") ask();
    else window.addEventListener("load", ask, { once: true });
  }
}
