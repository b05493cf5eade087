// <upload-form>: sends each chosen file of the form inside it by itself, with its own progress and retry.
// The server answers 201 {"url": …} or 4xx {"errors": {field: [{"message": …, "url": …, "may_retry": …}, …]}}.

class UploadForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form.querySelector("input[type=file]");
    this.section = this.querySelector("section[aria-live]");
    this.template = this.querySelector("template");
    this.queue = Promise.resolve();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendAll();
    });
  }

  sendAll() {
    this.section.hidden = false;
    for (const file of this.input.files) this.enqueue(this.addRow(file));
    this.input.value = "";
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.section.scrollIntoView({ block: "nearest" });
  }

  addRow(file) {
    const row = this.template.content.cloneNode(true).querySelector(".upload");
    row.querySelector(".upload-name").textContent = file.name;
    row.querySelector("progress").ariaLabel += ` ${file.name}`;
    this.section.querySelector(".uploads").append(row);
    const upload = { row, body: this.bodyFor(file), key: newKey() };
    row.querySelector("button").addEventListener("click", () => this.enqueue(upload));
    return upload;
  }

  // The declaration as it stands now, with one file in the place of all.
  bodyFor(file) {
    const body = new FormData(this.form);
    body.set(this.input.name, file);
    return body;
  }

  enqueue(upload) {
    show(upload.row, "waiting");
    this.queue = this.queue.then(() => this.send(upload));
  }

  send({ row, body, key }) {
    show(row, "sending");
    const bar = row.querySelector("progress");
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.form.action);
      request.setRequestHeader("Accept", "application/json");
      // Sent again after an answer that never arrived, the file is not taken in twice.
      request.setRequestHeader("Idempotency-Key", key);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        this.settle(row, request);
        resolve();
      });
      request.send(body);
    });
  }

  said(name, errors) {
    const [label] = this.querySelector(`[name="${CSS.escape(name)}"]:not([type=radio])`)?.labels ?? [];
    const sentences = errors.map((error) => error.message).join(" ");
    return label ? `${label.firstChild.textContent.trim()}: ${sentences}` : sentences;
  }

  settle(row, request) {
    if (request.status === 201) {
      row.querySelector("a").href = request.response.url;
      row.querySelector("progress").value = 1;
      show(row, "done");
      return;
    }
    const named = Object.entries(request.response?.errors ?? {});
    const errors = named.flatMap(([, found]) => found);
    const reason = named.map(([name, found]) => this.said(name, found)).join(" ");
    row.querySelector("[data-reason]").textContent = reason || this.dataset.failed;
    row.querySelector("progress").value = 0;
    show(row, "failed");
    const [first] = errors;
    // 400: what was filled in has to be changed, and would be sent again as it was
    row.querySelector("button").hidden = first?.may_retry === false || request.status === 400;
    if (first?.url) {
      row.querySelector("a").href = first.url;
      row.querySelector("a").hidden = false;
    }
  }
}

// crypto.randomUUID is missing where the site is reached over plain http.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(row, state) {
  row.classList.toggle("upload-failed", state === "failed");
  for (const part of row.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== state;
  }
}

customElements.define("upload-form", UploadForm);
