/* Two guards on every form: a button that says it cannot act does not, and a form is sent once. */
document.addEventListener(
  "submit",
  (sending) => {
    const button = sending.submitter;
    if (button?.getAttribute("aria-disabled") === "true" || sending.target.dataset.sending === "yes") {
      sending.preventDefault();
      sending.stopImmediatePropagation();
      return;
    }
    if (sending.target.hasAttribute("hx-post") || button?.hasAttribute("hx-post") || sending.target.method === "get") return;
    sending.target.dataset.sending = "yes";
    button?.setAttribute("aria-busy", "true");
  },
  true,
);

/* A page that comes back from the browser's memory can be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll('form[data-sending="yes"]')) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  }
});
