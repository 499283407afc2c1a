/* The player: waveform, keyboard, and the measured share of a recording that was listened to.

   Without this script the native audio element stands in its place. The share is posted to the address that the player
   names, as the form fields `share_permille` and `reached_end`, when pausing, every hundred thousandths, and at the end;
   what was played is kept for this tab, so that coming back to the page does not start the count again. */
import { Listened } from "./listened.js";

const REPORT_EVERY_PERMILLE = 100;
const SEEK_STEP_S = 5;

const clock = (seconds) => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

const kept = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
};

const keep = (key, stretches) => {
  try {
    sessionStorage.setItem(key, JSON.stringify(stretches));
  } catch {
    /* a full or forbidden store only loses the count on reload */
  }
};

class Player {
  constructor(root) {
    this.root = root;
    this.audio = root.querySelector("audio");
    this.button = root.querySelector("[data-player-button]");
    this.wave = root.querySelector("[data-player-wave]");
    this.durationS = Number(root.dataset.durationMs) / 1000;
    this.key = `loa-heard-${root.dataset.media}`;
    this.listened = new Listened(this.durationS, kept(this.key));
    this.reported = Number(root.dataset.heardPermille ?? 0);
    this.#listen();
    this.audio.hidden = true;
    for (const part of root.querySelectorAll("[data-player-live]")) part.removeAttribute("hidden");
    this.#draw();
  }

  #listen() {
    const { audio, wave } = this;
    this.button.addEventListener("click", () => this.toggle());
    audio.addEventListener("play", () => this.#playing(true));
    audio.addEventListener("pause", () => this.#playing(false));
    audio.addEventListener("seeking", () => this.listened.jump());
    audio.addEventListener("timeupdate", () => this.#moved());
    audio.addEventListener("ended", () => this.#report(true));
    audio.addEventListener("error", () => this.root.querySelector("[data-player-error]")?.removeAttribute("hidden"));
    wave.addEventListener("click", (press) => {
      const box = wave.getBoundingClientRect();
      this.seek(((press.clientX - box.left) / box.width) * this.durationS);
    });
    wave.addEventListener("keydown", (press) => this.#key(press));
  }

  #key(press) {
    const to = {
      ArrowRight: this.audio.currentTime + SEEK_STEP_S,
      ArrowLeft: this.audio.currentTime - SEEK_STEP_S,
      Home: 0,
      End: this.durationS,
    }[press.key];
    if (press.key === " ") this.toggle();
    else if (to === undefined) return;
    else this.seek(to);
    press.preventDefault();
  }

  toggle() {
    if (!this.audio.paused) {
      this.audio.pause();
      return;
    }
    for (const other of document.querySelectorAll("[data-player] audio")) if (other !== this.audio) other.pause();
    this.audio.play().catch(() => this.#playing(false));
  }

  seek(seconds) {
    this.audio.currentTime = Math.min(this.durationS, Math.max(0, seconds));
    this.#draw();
  }

  #playing(on) {
    if (!on && !this.audio.seeking) this.listened.at(this.audio.currentTime);
    this.listened.jump();
    this.button.setAttribute("aria-label", on ? this.button.dataset.stopWord : this.button.dataset.playWord);
    for (const sign of this.button.querySelectorAll("[data-when]")) {
      sign.toggleAttribute("hidden", (sign.dataset.when === "playing") !== on);
    }
    if (on) this.listened.at(this.audio.currentTime);
    else this.#report(true);
  }

  #moved() {
    if (!this.audio.paused && !this.audio.seeking) {
      this.listened.at(this.audio.currentTime);
      this.#report(false);
    }
    this.#draw();
  }

  #draw() {
    const seconds = this.audio.currentTime;
    const width = this.wave.viewBox.baseVal.width;
    const x = this.durationS > 0 ? Math.min(width, (seconds / this.durationS) * width) : 0;
    this.wave.querySelector("[data-player-heard]").setAttribute("width", x.toFixed(1));
    this.wave.querySelector("[data-player-hand]").setAttribute("d", `M${x.toFixed(1)} 0V64`);
    this.wave.setAttribute("aria-valuenow", Math.round(seconds));
    this.wave.setAttribute("aria-valuetext", `${clock(seconds)} / ${clock(this.durationS)}`);
    this.root.querySelector("[data-player-time]").textContent = clock(seconds);
    const share = this.root.querySelector("[data-player-share]");
    if (share) share.textContent = `${Math.floor(Math.max(this.reported, this.listened.permille()) / 10)}%`;
  }

  async #report(now) {
    keep(this.key, this.listened.stretches);
    const heard = this.listened.permille();
    const due = now || heard === 1000 || heard >= this.reported + REPORT_EVERY_PERMILLE;
    if (!this.root.dataset.listenedUrl || heard <= this.reported || !due) return;
    const before = this.reported;
    this.reported = heard;
    try {
      const answer = await fetch(this.root.dataset.listenedUrl, {
        method: "POST",
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "" },
        body: new URLSearchParams({ share_permille: String(heard), reached_end: this.listened.reachedEnd() ? "1" : "0" }),
        keepalive: true,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.root.dispatchEvent(new CustomEvent("listened", { bubbles: true, detail: { permille: heard } }));
    } catch {
      this.reported = before; /* the next growth reports again */
    }
  }
}

const started = new WeakSet();
const start = () => {
  for (const root of document.querySelectorAll("[data-player]")) {
    if (started.has(root)) continue;
    started.add(root);
    new Player(root);
  }
};
start();
document.addEventListener("htmx:load", start);
