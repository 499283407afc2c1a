/* The script field: the marks' layer behind the text area follows every key, so both keep one height and one wrapping.

   The marks themselves are drawn by the server (htmx posts the text and swaps the layer); between a key and the answer
   the layer holds the plain text. */
const follow = (field) => {
  const text = field.querySelector("textarea");
  const marks = () => field.querySelector(".loa-script__marks");
  const level = () => {
    /* a last empty line needs a character to have height */
    if (marks() && marks().textContent.trimEnd() !== text.value.trimEnd()) marks().textContent = `${text.value}\n`;
  };
  field.classList.add("is-live");
  text.addEventListener("input", level);
  level();
};

const started = new WeakSet();
const start = () => {
  for (const field of document.querySelectorAll(".loa-script")) {
    if (started.has(field)) continue;
    started.add(field);
    follow(field);
  }
};
start();
document.addEventListener("htmx:load", start);
