/* The script field: the marks' layer behind the text area follows every key, so both keep one height and one wrapping.

   The marks themselves are drawn by the server: htmx posts the text and swaps the layer's content. Between a key and the
   answer, and when an answer to an older text comes late, the layer holds the plain text instead. */
const level = (field) => {
  const text = field.querySelector("textarea");
  const marks = field.querySelector(".loa-script__marks");
  /* a last empty line needs a character to have height */
  if (marks.textContent.trimEnd() !== text.value.trimEnd()) marks.textContent = `${text.value}\n`;
};

const start = () => {
  for (const field of document.querySelectorAll(".loa-script")) {
    if (!field.classList.contains("is-live")) {
      field.classList.add("is-live");
      field.addEventListener("input", () => level(field));
    }
    level(field);
  }
};
start();
document.addEventListener("htmx:load", start);
document.addEventListener("htmx:oobAfterSwap", start);
