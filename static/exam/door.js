// The door of the paper: which one this page knows, the code of the hall, and the keys of Safe
// Exam Browser, which tells them in headers of its own or, with a modern engine, to the page.
const SLOW = 2000;
const page = (id) => document.getElementById(id);

export class Door {
  constructor({ door, attempt }) {
    this.sign = door;
    this.place = `fengxue-code-${attempt}`;
    this.keys = door ? browserKeys() : null;
    page("code-form").addEventListener("submit", (event) => this.enter(event));
    page("door-dialog").addEventListener("cancel", (event) => event.preventDefault());
    if (isSafeBrowser()) document.querySelectorAll(".outside-safe-browser").forEach((one) => (one.hidden = true));
  }

  get code() {
    return sessionStorage.getItem(this.place) || "";
  }

  async headers() {
    if (!this.sign) return {};
    const { configKey, browserExamKey } = (await this.keys) || {};
    return {
      "X-Exam-Door": this.sign,
      ...(configKey ? { "X-Exam-Page-ConfigKeyHash": configKey } : {}),
      ...(browserExamKey ? { "X-Exam-Page-RequestHash": browserExamKey } : {}),
    };
  }

  // Another door took the place of the one this page knew: true where it is worth knocking again.
  learn({ asks, door }) {
    if (asks !== "door" || !door || door === this.sign) return false;
    this.sign = door;
    this.keys = this.keys || browserKeys();
    return true;
  }

  // Say what is asked for; `again` is called with whatever the candidate can do about it.
  ask({ asks, errors }, again) {
    this.again = again;
    const isFirst = asks === "code" && !this.code;
    page("door-sentence").textContent = isFirst ? "请输入监考人公布的考场口令。" : errors[0];
    page("code-form").hidden = asks !== "code";
    page("door-launch").hidden = asks !== "browser" || isSafeBrowser();
    page("door-again").hidden = asks === "code";
    page("door-again").onclick = () => this.retry();
    if (!page("door-dialog").open) page("door-dialog").showModal();
  }

  enter(event) {
    event.preventDefault();
    sessionStorage.setItem(this.place, page("code").value.trim());
    this.retry();
  }

  retry() {
    page("door-dialog").close();
    this.again();
  }
}

function isSafeBrowser() {
  return Boolean(window.SafeExamBrowser) || /\bSEB\b/.test(navigator.userAgent);
}

// The keys hashed with this page's address; older versions tell them only when they are asked.
function browserKeys() {
  const security = window.SafeExamBrowser && window.SafeExamBrowser.security;
  if (!security) return Promise.resolve({});
  if (security.configKey || !security.updateKeys) return Promise.resolve(security);
  return new Promise((resolve) => {
    const told = () => resolve(window.SafeExamBrowser.security);
    setTimeout(told, SLOW);
    security.updateKeys(told);
  });
}
