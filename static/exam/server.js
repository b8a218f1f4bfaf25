// One request to the exam API: what came back, or that nothing did.
const PATIENCE = 15000;

export class Server {
  constructor({ url, token, clock, door }) {
    this.door = door;
    this.url = url;
    this.token = token;
    this.clock = clock;
  }

  // {status, body, retryAfter}; status 0 where no answer came. `last`: the page is going away.
  post(what, body, { last = false } = {}) {
    return this.ask(`${this.url}/${what}`, { method: "POST", type: "application/json", body: JSON.stringify(body), last });
  }

  // Bytes of a recording to their address.
  bring(address, bytes) {
    return this.ask(address, { method: "POST", type: "application/octet-stream", body: bytes, last: false });
  }

  get(address) {
    return this.ask(address, { method: "GET", type: "application/json", last: false });
  }

  async ask(address, question) {
    const reply = await this.send(address, question);
    if (question.last) return reply;
    // The log-in was renewed in another window: the page knows the new token.
    if (reply.status === 400 && (await this.renewToken())) return this.send(address, question);
    if (reply.status === 403 && this.door.learn(reply.body)) return this.send(address, question);
    return reply;
  }

  async send(address, { method, type, body, last }) {
    const proofs = await this.door.headers();
    const sentAt = performance.now();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(address, {
        method,
        headers: { "Content-Type": type, Accept: "application/json", "X-CSRFToken": this.token, ...proofs },
        body,
        keepalive: last,
        signal: stop.signal,
      });
      const told = await response.json();
      if (told.time) this.clock.observe(told.time, sentAt);
      return { status: response.status, body: told, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
    } catch (error) {
      return { status: 0, body: { errors: [] }, retryAfter: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  async renewToken() {
    try {
      const page = await (await fetch(this.url)).text();
      const block = new DOMParser().parseFromString(page, "text/html").getElementById("config");
      const token = block && JSON.parse(block.textContent).token;
      if (!token || token === this.token) return false;
      this.token = token;
      return true;
    } catch (error) {
      return false;
    }
  }
}
