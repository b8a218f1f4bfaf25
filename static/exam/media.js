// Pictures in their places, and recordings that may be heard so many times.
import { element } from "./dom.js";

const SIGN = /［图(\d{1,3})］/;

// The media of a slot by position: {address, heard}; null where there is nothing to show.
export function mediaOf(slot, address) {
  const media = slot.media || [];
  // Papers sealed before "recordings" was told had recordings in listening items alone.
  const heard = slot.recordings || (slot.kind === "listening" ? media : []);
  return media.map((id) => (id === null ? null : { address: address(id), heard: heard.includes(id) }));
}

// A text as nodes: words, and pictures where ［图1］, ［图2］ … stand.
export function nodesOf(text, media) {
  return (text || "").split(new RegExp(SIGN, "g")).map((piece, at) => {
    if (at % 2 === 0) return piece;
    const medium = media[Number(piece) - 1];
    return medium && !medium.heard ? picture(medium, Number(piece)) : `［图${piece}］`;
  });
}

export function hasPicture(text) {
  return SIGN.test(text);
}

// For a reader's ear, and where no picture can stand: 图2.
export function spoken(text) {
  return text.replace(new RegExp(SIGN, "g"), "图$1");
}

// The pictures that no text of the slot shows belong below its stem.
export function unplaced(slot, media) {
  const told = [slot, ...(slot.parts || [])].map((one) => [one.stem, ...(one.options || [])].join("")).join("");
  return media
    .map((medium, at) => (medium && !medium.heard && !told.includes(`［图${at + 1}］`) ? picture(medium, at + 1) : null))
    .filter(Boolean);
}

function picture(medium, number) {
  return element("img", { src: medium.address, alt: `图${number}` });
}

// plays: how often, null for no limit; name: of the recording; facts: count the plays of all devices;
// kept: {read(name), write(name, at)} says where a play was broken off on this one.
export function player(medium, plays, { name, facts, kept }) {
  if (!plays) return element("audio", { controls: "", preload: "auto", src: medium.address });
  return limited(medium, plays, { name, facts, kept });
}

// No bar to pull and no pause: a play that was begun is one of the plays. What a reload, or a
// broken line, cut off goes on where it stopped and counts once.
function limited(medium, plays, { name, facts, kept }) {
  const audio = element("audio", { preload: "auto", src: medium.address });
  const button = element("button", { type: "button" });
  const told = element("span", { class: "hint", role: "status" });
  let at = kept.read(name);
  const keep = () => kept.write(name, at);
  const draw = (sentence) => {
    const used = facts.count("played", name);
    const left = Math.max(0, plays - used);
    const isPlaying = !audio.paused && !audio.ended;
    button.textContent = isPlaying ? "正在播放" : at === null ? "播放录音" : "继续播放";
    button.disabled = isPlaying || !facts.isKnown || (at === null && left === 0);
    told.textContent = sentence || (left ? `还可以播放 ${left} 次（共 ${plays} 次）` : at === null ? `已播放 ${used} 次，不能再播放` : "这是最后一次播放");
  };
  const failed = () => draw("录音没有载入，请检查网络后再按一次；没有播放的不计次数。");
  button.addEventListener("click", () => {
    if (audio.error) audio.load();
    if (at !== null) audio.currentTime = at;
    button.disabled = true;
    audio.play().catch(failed);
  });
  audio.addEventListener("playing", () => {
    if (at === null) {
      facts.add("played", name);
      at = 0;
      keep();
    }
    draw();
  });
  audio.addEventListener("timeupdate", () => {
    if (at === null || audio.ended || audio.currentTime < at + 1) return;
    at = audio.currentTime;
    keep();
  });
  audio.addEventListener("ended", () => {
    at = null;
    keep();
    audio.currentTime = 0;
    draw();
  });
  audio.addEventListener("pause", () => draw());
  audio.addEventListener("error", failed);
  facts.watch(() => draw());
  draw();
  return element("div", { class: "recording" }, audio, button, told);
}
