// The control of a spoken answer: record, stop, listen again, record anew, within the item's limits.
import { element } from "./dom.js";
import { listenTo, microphone, obstacle, recordingType, refusalOf } from "./microphone.js";
import { nameOf, shaOf } from "./takes.js";

const USUAL = { seconds: 120, tries: 2 };
const RATE = 32000; // bits a second: clear speech
const SLICE = 1000;

let running = null; // one microphone, one recording at a time

// hall: {takes, facts, troubled(sentence)}; the value is "sha256:…" of the recording that counts.
export function speaking(item, name, orders, changed, show, { takes, facts, troubled }) {
  const { seconds, tries } = item.spoken || USUAL;
  const begin = element("button", { type: "button", class: "primary" });
  const stop = element("button", { type: "button" }, "停止录音");
  const meter = element("meter", { min: 0, max: 1, "aria-label": "音量" });
  const clock = element("span", { class: "hint" });
  const told = element("span", { class: "hint", role: "status" });
  const audio = element("audio", { controls: "", preload: "metadata" });
  let value = null;
  let sentence = obstacle();

  const draw = () => {
    const left = Math.max(0, tries - facts.count("recorded", name));
    const isMine = running !== null && running.name === name;
    begin.textContent = value ? "重新录音" : "开始录音";
    begin.hidden = isMine;
    begin.disabled = running !== null || !facts.isKnown || !left || Boolean(obstacle());
    stop.hidden = meter.hidden = !isMine;
    audio.hidden = !value || isMine;
    if (!isMine) clock.textContent = `最长 ${seconds} 秒`;
    told.textContent = sentence || (isMine ? "正在录音" : state() + (left ? `还可以录 ${left} 次（共 ${tries} 次）` : `已录 ${tries} 次，不能再录`));
  };
  const state = () => {
    if (!value) return "";
    const sha = shaOf(value);
    if (takes.isOnServer(sha)) return "录音已在服务器。";
    const share = Math.round(takes.share(sha) * 100);
    return share ? `录音在本机，已上传 ${share}%。` : "录音在本机，待上传。";
  };
  const load = async () => {
    const sha = shaOf(value);
    const source = sha ? await takes.source(sha) : "";
    if (source && audio.dataset.sha !== sha) {
      audio.src = source;
      audio.dataset.sha = sha;
    }
  };
  const write = (given) => {
    value = given || null;
    load();
    draw();
  };

  begin.addEventListener("click", async () => {
    begin.disabled = true;
    sentence = "";
    try {
      running = new Running(name, { takes, limit: seconds, draw: (text) => (clock.textContent = text), meter });
      await running.start();
      facts.add("recorded", name);
    } catch (error) {
      running = null;
      sentence = refusalOf(error);
      troubled(sentence);
      draw();
      return;
    }
    draw();
    const take = await running.whole;
    running = null;
    if (take) {
      write(nameOf(take.sha));
      changed(value);
    } else {
      sentence = "没有录到声音，请检查麦克风后再录一次。";
    }
    draw();
    document.dispatchEvent(new Event("microphone-free"));
  });
  stop.addEventListener("click", () => running && running.stop());
  document.addEventListener("microphone-free", draw);
  facts.watch(draw);
  draw();
  return {
    node: element("div", { class: "speaking" }, element("div", { class: "recording" }, begin, stop, clock, meter), audio, told),
    read: () => value,
    write,
    redraw: () => {
      if (!audio.src) load();
      draw();
    },
  };
}

// Whatever is being recorded is kept as far as it got; when that is done.
export async function stopRecording() {
  if (!running) return;
  const { whole } = running;
  running.stop();
  await whole;
  // The control writes its answer after the recording is whole.
  await new Promise((resolve) => setTimeout(resolve, 0));
}

// One recording while it is made.
class Running {
  constructor(name, { takes, limit, draw, meter }) {
    Object.assign(this, { name, takes, limit, draw, meter });
    this.whole = new Promise((resolve) => (this.settle = resolve));
    this.written = Promise.resolve();
  }

  async start() {
    const source = await microphone();
    this.recorder = new MediaRecorder(source, { mimeType: recordingType(), audioBitsPerSecond: RATE });
    this.take = await this.takes.start(this.name, this.recorder.mimeType || recordingType());
    this.beganAt = performance.now();
    this.recorder.ondataavailable = ({ data }) => {
      const seconds = this.seconds();
      if (data.size) this.written = this.written.then(() => this.takes.add(this.take, data, seconds));
    };
    this.recorder.onstop = () => this.end();
    this.recorder.start(SLICE);
    this.silence = listenTo(source, (level) => {
      this.meter.value = level;
      this.draw(`${Math.floor(this.seconds())} / ${this.limit} 秒`);
      if (this.seconds() >= this.limit) this.stop();
    });
  }

  seconds() {
    return Math.min(this.limit, (performance.now() - this.beganAt) / 1000);
  }

  stop() {
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
  }

  async end() {
    this.silence();
    const seconds = this.seconds();
    await this.written;
    this.settle((await this.takes.finish(this.take, seconds)) ? this.take : null);
  }
}
