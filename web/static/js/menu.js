/* An open menu closes by Escape, by a press outside it, and when another opens. */
const closeAll = (except) => {
  for (const menu of document.querySelectorAll("details.loa-more[open]")) {
    if (menu === except) continue;
    menu.open = false;
  }
};

document.addEventListener("click", (press) => closeAll(press.target.closest("details.loa-more")));
document.addEventListener("keydown", (press) => {
  if (press.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.loa-more[open]");
  closeAll(null);
  menu?.querySelector("summary").focus();
});
