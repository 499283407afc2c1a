/* Says when a partial update did not arrive; the words stand in the page's #connection template. */
const show = (code) => {
  const note = document.getElementById("connection");
  if (!note) return;
  for (const part of note.querySelectorAll("[data-when]")) part.toggleAttribute("hidden", part.dataset.when !== code);
  note.removeAttribute("hidden");
};

document.addEventListener("htmx:sendError", () => show("lost"));
document.addEventListener("htmx:timeout", () => show("lost"));
document.addEventListener("htmx:responseError", (answer) => {
  /* signed out meanwhile: the whole page goes to the door */
  if (answer.detail.xhr.status === 401) window.location.reload();
  else show(answer.detail.xhr.status === 403 ? "refused" : "failed");
});
document.addEventListener("htmx:afterOnLoad", (answer) => {
  if (answer.detail.xhr.status < 400) document.getElementById("connection")?.setAttribute("hidden", "");
});
