// The microphone: whether this page may have one at all, one stream for the whole page, its level.
const LOUD = 0.05; // of full scale: somebody speaks
const SILENT_AFTER = 6000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

let stream = null;

// Why this page cannot record, as a sentence for a person; "" where it may try.
export function obstacle() {
  if (!window.isSecureContext) return "本页不是用 https:// 打开的，浏览器不允许录音。请举手告诉监考人：服务器上执行 make tls 以后，用 https:// 重新打开本页即可录音。";
  if (!navigator.mediaDevices || !window.MediaRecorder || !recordingType()) return "这个浏览器不能录音，请举手告诉监考人，换一个较新的浏览器。";
  return "";
}

export function recordingType() {
  return TYPES.find((type) => window.MediaRecorder && MediaRecorder.isTypeSupported(type)) || "";
}

// The stream, asked for once; throws where the candidate or the system says no.
export async function microphone() {
  const isLive = stream && stream.getTracks().every((track) => track.readyState === "live");
  if (!isLive) stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  return stream;
}

// Why the microphone did not open, as a sentence for a person.
export function refusalOf(error) {
  if (error.name === "NotAllowedError") return "浏览器没有得到使用麦克风的许可：请在地址栏左边允许麦克风，再按一次。";
  if (error.name === "NotFoundError") return "这台设备没有接麦克风，请举手告诉监考人。";
  return "麦克风打不开，可能被别的程序占用，请举手告诉监考人。";
}

// Tell how loud it is (0 to 1) some ten times a second, until the function that comes back is called.
export function listenTo(source, told) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Uint8Array(analyser.fftSize);
  context.createMediaStreamSource(source).connect(analyser);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    told(samples.reduce((most, one) => Math.max(most, Math.abs(one - 128)), 0) / 128);
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

// The check before the exam: the panel's button, meter and sentence. `troubled(sentence)` is told
// what stands in the way, so that the invigilator can be.
export function offerCheck(panel, troubled) {
  const [button, meter, sentence] = ["button", "meter", "[role=status]"].map((one) => panel.querySelector(one));
  const wrong = obstacle();
  const tell = (text) => (sentence.textContent = text);
  if (wrong) {
    button.disabled = true;
    tell(wrong);
    troubled(wrong);
    return;
  }
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await check(await microphone(), meter, tell);
    } catch (error) {
      tell(refusalOf(error));
      troubled(refusalOf(error));
    }
    button.disabled = false;
  });
}

function check(source, meter, tell) {
  tell("请对着麦克风说一句话。");
  return new Promise((resolve) => {
    const end = (text) => {
      stop();
      clearTimeout(timer);
      meter.value = 0;
      tell(text);
      resolve();
    };
    const stop = listenTo(source, (level) => {
      meter.value = level;
      if (level > LOUD) setTimeout(() => end("听到声音了，麦克风正常。"), 1000);
    });
    const timer = setTimeout(() => end("没有听到声音：请检查麦克风有没有接好、有没有静音，再按一次；还是没有声音请举手告诉监考人。"), SILENT_AFTER);
  });
}
