/* The week's grid: a session is dragged to another day, or picked up with M and moved by the arrow keys.

   Either way ends at the page that asks whether this session or all of its slot are meant; nothing is changed here. */
const STEP_MIN = 5;
const DAY_MIN = 24 * 60;
const WEEKDAYS = ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];

let moving = null;
let dragged = null;

const card = (target) => target.closest?.(".loa-slot[data-moves]");
const minutes = (hour) => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3));
const hour = (count) => `${String(Math.floor(count / 60)).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;
const shifted = (day, by) => new Date(Date.parse(day) + by * 86400000).toISOString().slice(0, 10);

const say = (words) => {
  const status = document.getElementById("loa-dang-doi");
  if (status) status.textContent = words;
};

const told = () => {
  const day = new Date(Date.parse(moving.day));
  const date = `${moving.day.slice(8)}/${moving.day.slice(5, 7)}`;
  return `${WEEKDAYS[day.getUTCDay()]} ${date}, ${hour(moving.at)}`;
};

const go = (link, day, at) => {
  window.location.assign(`${link.dataset.moves}?${new URLSearchParams({ sang: day, gio: at })}`);
};

const show = () => {
  moving.label.textContent = told();
  say(`${moving.link.dataset.title}: ${told()}. Enter để xem, Esc để thôi.`);
};

const pickUp = (link) => {
  const label = document.createElement("span");
  label.className = "loa-slot__to";
  link.append(label);
  link.classList.add("is-moving");
  moving = { link, label, day: link.dataset.day, at: minutes(link.dataset.hour) };
  show();
};

const putDown = () => {
  if (!moving) return;
  moving.label.remove();
  moving.link.classList.remove("is-moving");
  moving = null;
};

const arrow = (key) => {
  if (key === "ArrowLeft" || key === "ArrowRight") moving.day = shifted(moving.day, key === "ArrowLeft" ? -1 : 1);
  else {
    const by = key === "ArrowUp" ? -STEP_MIN : STEP_MIN;
    moving.at = Math.min(DAY_MIN - STEP_MIN, Math.max(0, moving.at + by));
  }
  show();
};

document.addEventListener("keydown", (press) => {
  const link = card(press.target);
  if (!link || press.ctrlKey || press.metaKey || press.altKey) return;
  if (!moving) {
    if (press.key.toLowerCase() !== "m") return;
    pickUp(link);
  } else if (press.key.startsWith("Arrow")) arrow(press.key);
  else if (press.key === "Enter") go(moving.link, moving.day, hour(moving.at));
  else if (press.key === "Escape") {
    putDown();
    say("Đã thôi dời.");
  } else return;
  press.preventDefault();
});

document.addEventListener("focusout", (left) => {
  if (moving && left.target === moving.link) putDown();
});

const cell = (target) => (dragged ? target.closest?.("[data-cell-day]") : null);
const mark = (over) => {
  for (const each of document.querySelectorAll(".loa-week__cell.is-target")) each.classList.toggle("is-target", each === over);
  over?.classList.add("is-target");
};

document.addEventListener("dragstart", (start) => {
  dragged = card(start.target);
  if (!dragged) return;
  start.dataTransfer.effectAllowed = "move";
  start.dataTransfer.setData("text/plain", dragged.dataset.title);
});

document.addEventListener("dragover", (over) => {
  const here = cell(over.target);
  if (!here) return;
  over.preventDefault();
  over.dataTransfer.dropEffect = "move";
  mark(here);
});

document.addEventListener("drop", (dropped) => {
  const here = cell(dropped.target);
  if (!here) return;
  dropped.preventDefault();
  /* Within its band a session keeps its hour; in another one it takes the band's, to be put right on the next page. */
  const same = dragged.parentElement.dataset.cellHour === here.dataset.cellHour;
  if (here !== dragged.parentElement) go(dragged, here.dataset.cellDay, same ? dragged.dataset.hour : here.dataset.cellHour);
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
