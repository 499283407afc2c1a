/* Which seconds of a recording were truly played: pure, no page, no clock. A jump ahead earns nothing. */

/* Two reports of the playing position closer than this belong to one stretch of playing; timeupdate comes 4 times a second. */
const LONGEST_STEP_S = 1.5;
/* Players stop a little before the stated end of an MP3. */
const END_SLACK_S = 0.5;

export class Listened {
  /* stretches: [[from_s, to_s], …] as an earlier page kept them */
  constructor(durationS, stretches = []) {
    this.durationS = durationS;
    this.stretches = [];
    for (const [from, to] of stretches) this.#add(from, to);
    this.lastS = null;
  }

  /* The position jumped (seek, pause, start): what follows begins a new stretch. */
  jump() {
    this.lastS = null;
  }

  /* The position while playing; counts what lies between it and the one before. */
  at(positionS) {
    const stepS = this.lastS === null ? 0 : positionS - this.lastS;
    if (stepS > 0 && stepS <= LONGEST_STEP_S) this.#add(this.lastS, positionS);
    this.lastS = positionS;
  }

  /* Thousandths, rounded down; 1000 only when everything up to the end's slack was played. */
  permille() {
    if (!(this.durationS > 0)) return 0;
    const heardS = this.stretches.reduce((sum, [from, to]) => sum + to - from, 0);
    if (heardS >= this.durationS - END_SLACK_S) return 1000;
    return Math.min(999, Math.floor((heardS * 1000) / this.durationS));
  }

  /* The last stretch was played to the end. */
  reachedEnd() {
    return this.durationS > 0 && this.stretches.some(([, to]) => to >= this.durationS - END_SLACK_S);
  }

  #add(from, to) {
    if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) return;
    const merged = [];
    let [low, high] = [Math.max(0, from), Math.min(this.durationS, to)];
    for (const [a, b] of this.stretches) {
      if (b < low || a > high) merged.push([a, b]);
      else [low, high] = [Math.min(low, a), Math.max(high, b)];
    }
    if (low < high) merged.push([low, high]);
    this.stretches = merged.sort((one, other) => one[0] - other[0]);
  }
}
