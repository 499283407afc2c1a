/* Sending a recording: how far it is, and a refusal that leaves what was chosen or recorded in the form. */
const only = (root, name) => {
  for (const part of root.querySelectorAll("[data-when]")) part.toggleAttribute("hidden", part.dataset.when !== name);
};

const refuse = (form, why, words = "") => {
  const place = form.querySelector("[data-upload-refused]");
  place.querySelector('[data-when="words"]').textContent = words;
  only(place, why);
  place.hidden = false;
  form.querySelector("[data-upload-way]").hidden = true;
  delete form.dataset.sending;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  form.dispatchEvent(new Event("upload-failed"));
};

const send = (form) => {
  const way = form.querySelector("[data-upload-way]");
  const bar = way.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Loa-Upload", "1");
  request.upload.addEventListener("progress", (sent) => {
    if (!sent.lengthComputable) return;
    bar.value = sent.loaded / sent.total;
    way.querySelector("[data-upload-share]").textContent = `${Math.floor((sent.loaded * 100) / sent.total)}%`;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    only(way, "working");
  });
  request.addEventListener("error", () => refuse(form, "lost"));
  request.addEventListener("load", () => {
    if (request.status === 204) window.location.assign(request.getResponseHeader("Location"));
    else if (request.status === 422) refuse(form, "words", request.responseText);
    else if (request.status === 413) refuse(form, "big");
    else if (request.status === 400 || request.status === 401) refuse(form, "signed-out");
    else refuse(form, "failed");
  });
  bar.value = 0;
  only(way, "sending");
  way.hidden = false;
  request.send(new FormData(form));
};

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (sending) => {
    if (sending.defaultPrevented) return;
    sending.preventDefault();
    form.querySelector("[data-upload-refused]").hidden = true;
    for (const player of form.querySelectorAll("audio")) player.pause();
    if (form.elements.sound.files[0]?.size > Number(form.dataset.mostBytes)) refuse(form, "big");
    else send(form);
  });
}
