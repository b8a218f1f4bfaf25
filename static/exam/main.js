// The exam page: waiting room, paper, handing in. Everything that is shown stands in the template.
import { Card } from "./card.js";
import { Clock, showRemaining } from "./clock.js";
import { Door } from "./door.js";
import { dress } from "./dress.js";
import { Facts } from "./facts.js";
import { Journal } from "./journal.js";
import { listenToKeys } from "./keyboard.js";
import { placesOf, recall, remember } from "./memory.js";
import { obstacle, offerCheck } from "./microphone.js";
import { canReload, forgetPage, keepPage } from "./offline.js";
import { Paper } from "./paper.js";
import { saveFile } from "./rescue.js";
import { Server } from "./server.js";
import { Sightings } from "./sightings.js";
import { stopRecording } from "./speaking.js";
import { Sync } from "./sync.js";
import { Takes, nameOf, shaOf } from "./takes.js";
import { offerTyping } from "./typing.js";
import { watermark } from "./watermark.js";

const ANNOUNCED = [30, 15, 10, 5, 1]; // minutes left
const AT_REST = 10000;
const REJOIN = 4000;
const config = JSON.parse(document.getElementById("config").textContent);
const clock = new Clock(config.time);
const door = new Door(config);
const server = new Server({ url: config.url, token: config.token, clock, door });
const page = (id) => document.getElementById(id);

let deadline = config.deadline;
let announced = new Set();
let sync = null;
let paper = null;
let card = null;
let sightings = null;
let facts = null;
let takes = null;
let rescue = null; // what a file for the invigilator is made of
let trouble = "";
let submitting = false;
let doubtful = false;
let paused = false;
let noticedAt = 0;
let isListening = false;

function show(phase) {
  document.body.dataset.phase = phase;
}

function announce(sentence) {
  page("announcement").textContent = sentence;
}

function warn(sentence) {
  page("warning").textContent = sentence;
  page("warning").hidden = !sentence;
}

// Ten minutes in the hall before the start: one question every ten seconds, and a clock.
function wait() {
  show("waiting");
  const tick = setInterval(() => {
    const left = config.opens_at - clock.now();
    page("countdown").textContent = left > 0 ? showRemaining(left) : "正在打开试卷……";
    if (left > 0) return;
    clearInterval(tick);
    clearInterval(asking);
    // A hall that waits together does not knock at the same millisecond.
    setTimeout(open, Math.random() * 1500);
  }, 250);
  const asking = setInterval(async () => {
    const { status, body } = await server.post("status", {});
    if (status !== 200) return;
    config.opens_at = body.opens_at;
    hear(body);
  }, AT_REST + Math.random() * 2000);
}

// A sheet that this device had open before is no beginning, whatever an old copy of the page says.
async function offer() {
  show("open");
  const journal = await Journal.open(config.attempt, () => {});
  if (await journal.sheet()) open();
}

async function open() {
  page("begin").disabled = true;
  const { status, body, retryAfter } = await server.post("open", { code: door.code });
  if (status === 200) {
    await begin(body);
    return;
  }
  if (status === 409) {
    window.location.reload();
    return;
  }
  page("begin").disabled = false;
  if (status === 403 && body.asks) {
    door.ask(body, open);
    return;
  }
  warn(body.errors[0] || "还没有连上服务器，正在重试，请不要关闭本页。");
  if (status === 0 && (await beginAlone())) return;
  if (status === 0 || status >= 500) setTimeout(open, 1000 + retryAfter * 1000 + Math.random() * 2000);
}

async function begin(opened) {
  warn("");
  const journal = await Journal.open(config.attempt, keepsNothing);
  lay(opened, journal);
  await sync.begin(opened);
  await takeUp(opened);
  await journal.keepSheet({ opened, skew: Date.now() - clock.now() });
  await journal.keepAnswers(sync.answers);
  run();
  facts.load();
  if (config.speaks) takes.load();
  keepPage();
}

// The page was loaded again, and no server answers: the paper as this device had it, if it had.
async function beginAlone() {
  const journal = await Journal.open(config.attempt, keepsNothing);
  const kept = await journal.sheet();
  if (!kept) return false;
  clock.trustDevice(kept.skew);
  lay(kept.opened, journal);
  await sync.beginAlone(kept);
  await takeUp(kept.opened);
  run();
  facts.settle();
  showOffline(true);
  setTimeout(rejoin, REJOIN);
  return true;
}

// The network is back: the server's paper, and on it what was answered in the meantime.
async function rejoin() {
  const { status, body } = await server.post("open", { code: door.code });
  if (status === 0 || status >= 500) {
    setTimeout(rejoin, REJOIN + Math.random() * REJOIN);
    return;
  }
  showOffline(false);
  if (status !== 200) return window.location.reload();
  const number = paper.current;
  await begin(body);
  paper.go(number);
}

// What a reload tore from the microphone is the answer as far as it got.
async function takeUp(opened) {
  const torn = await takes.begin(opened.lease);
  torn.forEach((take) => {
    const [number, part] = take.place.split(".");
    const whole = sync.answers.get(Number(number));
    sync.record(Number(number), part ? { ...whole, [part]: nameOf(take.sha) } : nameOf(take.sha));
  });
}

// Paper and card for a sheet that was opened, and what brings its answers to the server.
function lay(opened, journal) {
  deadline = opened.deadline;
  const media = (id) => `${config.url}/media/${id}${opened.media_pass ? `?pass=${opened.media_pass}` : ""}`;
  if (sightings) sightings.writeUnder(opened.lease);
  else sightings = new Sightings({ server, attempt: config.attempt, lease: opened.lease });
  facts = new Facts({ server, attempt: config.attempt, sightings });
  takes = new Takes({ server, journal, address: config.recordings, pass: opened.media_pass, changed: said });
  rescue = { attempt: config.attempt, key: opened.file_key, journal, takes };
  const kept = { media, facts, takes, places: placesOf(config.attempt) };
  paper = new Paper(page("paper"), { ...opened, ...kept }, { changed: answer, flagged: flag, reached: reach, troubled });
  card = new Card(page("card"), paper.numbers, (number) => paper.go(number));
  sync = new Sync({ server, journal, on: { changed: mark, unsent, deadline: setDeadline, hall: hear, locked: lock, warned: warn, offline: showOffline, loggedOut: showLoggedOut, over: reload } });
}

function run() {
  sync.answers.forEach((value, number) => {
    paper.show(number, value);
    mark(number);
  });
  restoreFlags();
  show("running");
  if (!isListening) announce(`试卷已打开，共 ${paper.numbers.length} 题。`);
  if (config.speaks) troubled(obstacle() || trouble);
  tick();
  if (isListening) return;
  isListening = true;
  setInterval(tick, 250);
  listen();
  sightings.watch(page("paper"));
}

function answer(number, value) {
  sync.record(number, value);
}

// The recordings that an answer names, of all its parts.
function named(value) {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return Object.values(value).flatMap(named);
  return typeof value === "string" && shaOf(value) ? [shaOf(value)] : [];
}

function isOnServer(number) {
  return sync.isOnServer(number) && named(sync.answers.get(number)).every((sha) => takes.isOnServer(sha));
}

// How many answers are not on the server with all that belongs to them.
function unsent() {
  return [...sync.answers.keys()].filter((number) => !isOnServer(number)).length;
}

function said(number) {
  paper.redraw(number);
  if (sync.answers.has(number)) mark(number);
}

// Who cannot record is told so on the page, and the invigilator in the log.
function troubled(sentence) {
  trouble = sentence;
  const place = `fengxue-silent-${config.attempt}`;
  if (!sentence || !sightings || recall(place) === sentence) return;
  sightings.see("no_recording", 0, sentence.split("。")[0].slice(0, 60));
  remember(place, sentence);
}

function mark(number) {
  const value = sync.answers.get(number);
  const state = value === null || value === undefined ? "" : isOnServer(number) ? "server" : "local";
  paper.mark(number, state);
  card.mark(number, state);
  const left = unsent();
  page("sync").textContent = left ? `${left} 题待上传` : "作答已全部保存到服务器";
  page("sync").className = left ? "pending" : "";
}

function setDeadline(told) {
  if (!told || told === deadline) return;
  if (told > deadline) {
    const minutes = Math.round((told - deadline) / 60000);
    announce(`考试时间已延长 ${minutes} 分钟。`);
    warn(`监考人已为您延长 ${minutes} 分钟。`);
    announced = new Set();
  }
  deadline = told;
}

// What the invigilator says, once; and whether time stands still for this sheet.
function hear({ notice, paused_at: since }) {
  if (notice && notice.at !== noticedAt && recall(`fengxue-notice-${config.attempt}`) !== String(notice.at)) {
    noticedAt = notice.at;
    page("message-text").textContent = notice.text;
    page("message").hidden = false;
  }
  if (Boolean(since) === paused) return;
  paused = Boolean(since);
  if (paused) page("pause-dialog").showModal();
  else page("pause-dialog").close();
  announce(paused ? "考试已暂停。" : "考试继续。");
}

function tick() {
  if (paused) {
    page("timer").textContent = "已暂停";
    return;
  }
  const left = deadline - clock.now();
  page("timer").textContent = showRemaining(left);
  const minutes = Math.ceil(left / 60000);
  const due = ANNOUNCED.find((one) => minutes === one && !announced.has(one));
  if (due) {
    announced.add(due);
    announce(`距离考试结束还有 ${due} 分钟。`);
  }
  page("timer").classList.toggle("short", left < 5 * 60000);
  if (submitting || sync.locked) return;
  if (left > 0) doubt(false);
  else if (clock.unset() >= deadline) timeIsUp();
  else doubt(true);
}

// The time has not passed, somebody set the server's clock: nobody's paper is handed in for that.
function doubt(isDoubtful) {
  if (isDoubtful === doubtful) return;
  doubtful = isDoubtful;
  warn(doubtful ? "服务器的时钟刚刚变动过，所以显示考试时间已到，但没有收卷。请继续作答并告诉监考人：作答照常保存，由监考人认定。" : "");
}

// What is on the page goes first, within the grace; handing in can wait its turn.
async function timeIsUp() {
  submitting = true;
  paper.lock();
  announce("考试时间到，正在收卷。");
  warn("考试时间到，正在上传最后的作答并收卷，请不要关闭本页。");
  await stopRecording();
  await sync.flush();
  await takes.flush();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 3000));
  const { receipt, sentence } = await sync.submit();
  if (receipt) return reload();
  warn(sentence);
  // The deadline may have been moved on in the meantime: then this is a running exam again.
  setTimeout(() => {
    submitting = false;
    if (deadline > clock.now()) window.location.reload();
  }, 3000);
}

function askToSubmit() {
  const { all, answered, flagged } = card.counts();
  const open = all - answered;
  page("submit-summary").textContent =
    `共 ${all} 题，已答 ${answered} 题` + (open ? `，还有 ${open} 题没有作答` : "") + (flagged ? `，${flagged} 题标记待查` : "") + "。交卷后不能再修改。";
  page("submit-dialog").showModal();
}

async function submit() {
  page("submit-dialog").close();
  submitting = true;
  warn("正在交卷，请稍候……");
  await stopRecording();
  await takes.flush();
  const missing = takes.missing(new Set([...sync.answers.values()].flatMap(named)));
  if (missing.length) {
    submitting = false;
    warn(`还没有交卷：第 ${[...new Set(missing.map((take) => take.number))].join("、")} 题的录音没有全部送达服务器，网络恢复后会自动补传；请不要关闭本页，稍后再交。`);
    return;
  }
  const { receipt, sentence } = await sync.submit();
  submitting = false;
  if (receipt) return reload();
  warn(sentence);
}

// The server shows the receipt.
function reload() {
  sightings.rest();
  window.removeEventListener("beforeunload", holdBack);
  window.location.reload();
}

// The network does not come back in time: the invigilator brings what is still on this device.
async function keepFile() {
  const { name, count } = await saveFile({ ...rescue, at: clock.now() });
  warn(count ? `已保存“${name}”，含 ${count} 项没有送达的作答，请交给监考人；本页请不要关闭，网络恢复后仍会自动上传。` : "作答都已在服务器上，不需要应急答卷。");
}

function lock(sentence) {
  stopRecording();
  paper.lock();
  sightings.see("lost_lease");
  page("lock-sentence").textContent = sentence;
  page("lock-dialog").showModal();
  sync.flush();
}

function showOffline(offline) {
  sightings.offline(offline);
  page("offline").hidden = !offline;
}

function showLoggedOut(out) {
  page("logged-out").hidden = !out;
}

function keepsNothing() {
  warn("这个浏览器不允许在本机留存作答（可能是无痕模式），请保持网络畅通，不要关闭本页。");
}

function reach(number) {
  card.reach(number);
}

function flag(number, flagged) {
  card.flag(number, flagged);
  const flags = [...paper.slots].filter(([, slot]) => slot.flagged).map(([one]) => one);
  remember(`fengxue-flags-${config.attempt}`, JSON.stringify(flags));
}

function restoreFlags() {
  JSON.parse(recall(`fengxue-flags-${config.attempt}`) || "[]").forEach((number) => paper.flag(number));
}

function listen() {
  page("submit").addEventListener("click", askToSubmit);
  page("submit-yes").addEventListener("click", submit);
  page("submit-no").addEventListener("click", () => page("submit-dialog").close());
  page("keep-file").addEventListener("click", keepFile);
  page("show-card").addEventListener("click", () => document.body.classList.toggle("card-open"));
  listenToKeys(() => paper);
  offerTyping(page("paper"));
  document.addEventListener("focusout", () => sync.flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", () => {
    sync.flush();
    takes.flush();
  });
  window.addEventListener("beforeunload", holdBack);
}

function leave() {
  sync.flush({ last: true });
}

function holdBack(event) {
  if (!unsent()) return;
  event.preventDefault();
  event.returnValue = "";
}

// The exam is over: what this device still holds goes to the server, which judges it by its time.
async function handOver() {
  const journal = await Journal.open(config.attempt, () => {});
  await journal.forgetSheet();
  forgetPage();
  const said = new Takes({ server, journal, address: config.recordings, pass: "", changed() {} });
  const rest = new Sync({ server, journal, on: { changed() {}, deadline() {}, warned: warn } });
  const left = await journal.entries();
  if (left.length) {
    const delivered = await rest.deliver(left);
    warn(delivered ? `本机有 ${left.length} 步作答在考试结束前没有送达，现已送交服务器留存。` : "本机还有没送达的作答，网络恢复后请重新打开本页。");
  }
  if (!(await said.deliver(config.lease))) {
    warn("本机还有没送达的录音，请不要关闭本页；网络恢复后请刷新本页，录音会送交服务器留存。");
  }
  if (config.state === "submitted") return awaitReopening();
  if (!config.lease) return;
  const { status } = await server.post("submit", { lease: config.lease, digest: "" });
  // Within the grace the server still waits for answers; then it collects.
  setTimeout(() => window.location.reload(), status === 200 ? 0 : AT_REST);
}

// Whoever was handed in by mistake goes on where the receipt stands, as long as there is time.
function awaitReopening() {
  const asking = setInterval(async () => {
    if (clock.now() > config.deadline) return clearInterval(asking);
    const { status, body } = await server.post("status", {});
    if (status === 200 && body.state !== "submitted") window.location.reload();
  }, AT_REST + Math.random() * 2000);
}

dress();
watermark(page("watermark"), config.watermark);
page("message-seen").addEventListener("click", () => {
  page("message").hidden = true;
  remember(`fengxue-notice-${config.attempt}`, String(noticedAt));
});
page("pause-dialog").addEventListener("cancel", (event) => event.preventDefault());
page("lock-dialog").addEventListener("cancel", (event) => event.preventDefault());
// Disabled until here: a click before the script came would be lost without a word.
page("begin").addEventListener("click", open);
page("begin").disabled = false;
page("no-reload").hidden = canReload();
if (config.speaks) offerCheck(page("microphone"), troubled);
if (config.state === "waiting") wait();
else if (config.state === "open") offer();
else if (config.state === "running") open();
else handOver();
