/* A letter presses the button that shows it (data-key), unless the reader is writing. */
document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat || press.defaultPrevented || press.isComposing) return;
  if (press.target.closest("input, textarea, select, audio, [contenteditable]")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(press.key.toLowerCase())}"]`);
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  press.preventDefault();
  button.focus();
  button.click();
});
