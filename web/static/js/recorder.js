/* Recording in the browser: what was recorded goes into the form's own file field, so it is sent as any file is.

   Chrome and Firefox give WebM, an iPhone gives MP4; neither needs a length in its head, the server counts for itself. */
const FORMS = [["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]];
const BITS_PER_S = 128000;
const PIECE_MS = 1000;
const LOOK_MS = 100;
const LOUD = 0.97;
const FAINT_DB = -50;
const FAINT_AFTER_S = 4;
const REFUSALS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent", NotReadableError: "busy" };

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const only = (root, name) => {
  for (const part of root.querySelectorAll("[data-when]")) part.toggleAttribute("hidden", part.dataset.when !== name);
};

class Recorder {
  constructor(root, form, mime) {
    this.root = root;
    this.field = root.closest("form").elements.sound;
    [this.mime, this.ending] = mime;
    this.mostS = Number(root.dataset.mostS);
    for (const name of ["start", "stop", "time", "live", "state", "take", "refused"]) this[name] = root.querySelector(`[data-recorder-${name}]`);
    this.send = form.querySelector('[type="submit"]');
    this.meter = this.live.querySelector("meter");
    this.unsent = false;
    this.start.addEventListener("click", () => this.begin());
    this.stop.addEventListener("click", () => this.end("done"));
    this.field.addEventListener("change", () => this.#forget());
    form.addEventListener("submit", () => { this.unsent = false; });
    form.addEventListener("upload-failed", () => { this.unsent = !this.take.hidden; });
    window.addEventListener("beforeunload", (leaving) => {
      if (this.unsent || this.recording) leaving.preventDefault();
    });
    root.hidden = false;
  }

  async begin() {
    this.refused.hidden = true;
    this.start.disabled = true;
    only(this.state, "asking");
    try {
      const sound = { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true };
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: sound });
      this.#record();
    } catch (refusal) {
      this.#close();
      this.#refuse(REFUSALS[refusal.name] ?? "broken");
    }
  }

  #record() {
    const pieces = [];
    const recording = new MediaRecorder(this.stream, { mimeType: this.mime, audioBitsPerSecond: BITS_PER_S });
    recording.addEventListener("dataavailable", (given) => pieces.push(given.data));
    recording.addEventListener("error", () => this.end("broken"));
    recording.addEventListener("stop", () => this.#taken(pieces));
    this.stream.getAudioTracks()[0].addEventListener("ended", () => this.end("broken"));
    this.context = new AudioContext();
    this.context.resume().catch(() => {}); /* an iPhone starts it asleep */
    navigator.wakeLock?.request("screen").then((lock) => { this.awake = lock; }, () => {});
    this.ear = this.context.createAnalyser();
    this.context.createMediaStreamSource(this.stream).connect(this.ear);
    recording.start(PIECE_MS);
    this.recording = recording;
    this.began = performance.now();
    this.heardAtS = 0;
    this.time.textContent = clock(0);
    this.looking = setInterval(() => this.#look(), LOOK_MS);
    this.take.hidden = true;
    this.take.pause();
    this.field.value = ""; /* the take before is not what will be sent */
    this.send.disabled = true;
    this.live.hidden = this.stop.hidden = false;
    this.start.hidden = true;
    this.start.disabled = false;
    only(this.state, "recording");
    this.stop.focus();
  }

  #look() {
    const samples = new Float32Array(this.ear.fftSize);
    this.ear.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const level = 20 * Math.log10(Math.max(peak, 1e-5));
    const seconds = (performance.now() - this.began) / 1000;
    if (level > FAINT_DB) this.heardAtS = seconds;
    this.meter.value = Math.max(0, 100 + (level * 100) / 60);
    this.time.textContent = clock(seconds);
    const faint = this.context.state === "running" && seconds - this.heardAtS > FAINT_AFTER_S;
    const word = peak > LOUD ? "loud" : faint ? "faint" : "recording";
    if (word !== "recording" || seconds > (this.wordUntil ?? 0)) only(this.state, word);
    if (word === "loud") this.wordUntil = seconds + 3;
    if (seconds >= this.mostS) this.end("full");
  }

  end(why) {
    if (!this.recording) return;
    this.why = why;
    const { recording } = this;
    this.recording = null;
    clearInterval(this.looking);
    if (recording.state !== "inactive") recording.stop();
    this.#close();
  }

  #close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.context?.close();
    this.awake?.release();
    this.stream = this.context = this.awake = null;
    this.live.hidden = this.stop.hidden = true;
    this.start.hidden = this.start.disabled = this.send.disabled = false;
  }

  #taken(pieces) {
    const file = new File(pieces, `thu-am.${this.ending}`, { type: this.mime.split(";")[0] });
    if (!file.size) {
      this.#refuse("broken");
      return;
    }
    const one = new DataTransfer();
    one.items.add(file);
    this.field.files = one.files;
    this.#show(file);
    only(this.state, this.why === "broken" ? "done" : this.why);
    if (this.why === "broken") this.#refuse("broken");
    only(this.start, "again");
    this.unsent = true;
    this.take.focus();
  }

  #show(file) {
    if (this.take.src) URL.revokeObjectURL(this.take.src);
    this.take.src = URL.createObjectURL(file);
    this.take.hidden = false;
  }

  /* Another file was chosen: what was recorded is not what will be sent. */
  #forget() {
    this.take.hidden = true;
    this.unsent = false;
    only(this.state, "idle");
    only(this.start, "first");
    this.time.textContent = clock(0);
  }

  #refuse(why) {
    only(this.refused, why);
    this.refused.hidden = false;
    if (this.take.hidden) only(this.state, "idle");
  }
}

for (const root of document.querySelectorAll("[data-recorder]")) {
  const mime = window.MediaRecorder && FORMS.find(([kind]) => MediaRecorder.isTypeSupported(kind));
  if (navigator.mediaDevices?.getUserMedia && mime) new Recorder(root, root.closest("form"), mime);
  else if (!window.isSecureContext) root.parentElement.querySelector("[data-recorder-insecure]").hidden = false;
}
