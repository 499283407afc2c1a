/* The editor: buttons that mend a word in the script, and a hand-over that waits for the save under way.

   Saves by themselves carry what the page has seen, so two at a time would look like two people writing. */
const start = () => {
  for (const part of document.querySelectorAll("[data-editor-live]")) part.removeAttribute("hidden");
};

/* Where the word stands now: at its place when nothing was typed since, else the nearest one like it. */
const place = (text, token, at) => {
  if (text.startsWith(token, at)) return at;
  const places = [];
  for (let found = text.indexOf(token); found >= 0; found = text.indexOf(token, found + 1)) places.push(found);
  return places.sort((one, other) => Math.abs(one - at) - Math.abs(other - at))[0] ?? -1;
};

document.addEventListener("click", (press) => {
  const button = press.target.closest("[data-mend]");
  if (!button) return;
  const script = document.querySelector(".loa-script textarea");
  const { token } = button.dataset;
  const words = button.parentElement.querySelector("[data-mend-words]");
  const mend = button.dataset.mend || words.value.trim();
  if (!mend) {
    words.focus();
    return;
  }
  const at = place(script.value, token, Number(button.dataset.start));
  if (at < 0) return;
  script.setRangeText(mend, at, at + token.length, "end");
  script.focus();
  script.dispatchEvent(new Event("input", { bubbles: true }));
});

/* Enter writes the reading into the script; it does not send the whole form. */
document.addEventListener("keydown", (press) => {
  if (press.key !== "Enter" || !press.target.matches("[data-mend-words]")) return;
  press.preventDefault();
  press.target.parentElement.querySelector("[data-mend]").click();
});

let saving = 0;
let waiting = null;
const saver = (happened) => happened.detail.elt?.hasAttribute("data-editor-saves");

document.addEventListener("htmx:beforeRequest", (happened) => {
  if (saver(happened)) saving += 1;
});
document.addEventListener("htmx:afterRequest", (happened) => {
  if (!saver(happened)) return;
  saving -= 1;
  setTimeout(() => {
    if (saving > 0 || !waiting) return;
    const { form, button } = waiting;
    waiting = null;
    form.requestSubmit(button);
  });
});

window.addEventListener(
  "submit",
  (sending) => {
    if (saving === 0 || !sending.target.hasAttribute("data-editor")) return;
    sending.preventDefault();
    sending.stopImmediatePropagation();
    waiting = { form: sending.target, button: sending.submitter };
  },
  true,
);

start();
document.addEventListener("htmx:load", start);
document.addEventListener("htmx:oobAfterSwap", start);
