/* A list whose entries jump to their place in the sound above it; the entry that sounds is marked.

   Without this script an entry is a link to the sound from that place on. */
const entries = (part) => [...part.querySelectorAll("[data-seek-s]")];

const mark = (part, seconds) => {
  const begun = entries(part).filter((entry) => Number(entry.dataset.seekS) <= seconds + 0.01);
  for (const entry of entries(part)) {
    if (entry === begun.at(-1)) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
};

document.addEventListener("click", (press) => {
  const entry = press.target.closest("[data-listening] [data-seek-s]");
  if (!entry || press.ctrlKey || press.metaKey || press.shiftKey) return;
  const part = entry.closest("[data-listening]");
  const audio = part.querySelector("audio");
  if (!audio) return;
  press.preventDefault();
  audio.currentTime = Number(entry.dataset.seekS);
  mark(part, audio.currentTime);
  audio.play().catch(() => {}); /* the player says what it could not play */
});

/* timeupdate does not bubble, but it can be caught on its way down */
document.addEventListener(
  "timeupdate",
  (moved) => {
    const part = moved.target.closest?.("[data-listening]");
    if (part) mark(part, moved.target.currentTime);
  },
  true,
);
