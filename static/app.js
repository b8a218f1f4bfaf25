// Shared by all pages: CSRF for htmx, questions before what can't be undone, no double submits.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

// A refusal (4xx) is an answer to show, not a failure to hide.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A phone that took a trip along asks whose it is now. Storage may be forbidden: then nothing is kept.
try {
  if (localStorage.getItem("fengxue-trips")) {
    import("./trips_keep.js").then(({ forget }) => forget(document.body.dataset.account));
  }
} catch (error) {
  console.warn("no storage here:", error);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent || (form.dataset.confirm && !window.confirm(form.dataset.confirm))) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "yes";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  }
});
