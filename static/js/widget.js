// <yinji-check>: "check this file" for other sites. One classic script without dependencies, kept under one address.
// It asks the site that it was loaded from, sends no cookies and no referrer, and stores nothing.

(() => {
  const SITE = new URL(document.currentScript.src).origin;

  const WORDS = {
    en: {
      ask: "Was this made by AI?",
      choose: "Choose a picture",
      check: "Check this file",
      privacy: (host) => `The picture is sent to ${host} and deleted as soon as it is checked.`,
      none: "Choose a picture first.",
      busy: "Checking…",
      failed: "The check could not be reached. Try again later.",
      certificate: "The certificate of this work",
      more: (host) => `Check the file at ${host} to see all evidence`,
      states: {
        intact: "It was marked there, and no mark is missing.",
        altered: "The picture was changed since it was released there.",
        marks_removed: "Marks that it was released with are missing or no longer match.",
      },
      refuted: (text) => `Refuted: ${text}`,
      conflict: "Marks in this file contradict each other.",
      changes: {
        added: "Something was added.",
        removed: "Something was taken out.",
        replaced: "A part shows something else.",
        background: "The background is another one.",
        recoloured: "Colours were changed.",
        label_erased: "The visible label was erased or covered.",
        cropped: "It was cropped.",
        mirrored: "It was mirrored.",
        framed: "Something is around the released picture.",
      },
    },
    zh: {
      ask: "这是 AI 生成的吗？",
      choose: "选择图片",
      check: "核验此文件",
      privacy: (host) => `图片会发送到 ${host}，核验后立即删除。`,
      none: "请先选择图片。",
      busy: "正在核验…",
      failed: "暂时无法核验，请稍后再试。",
      certificate: "此作品的证书",
      more: (host) => `到 ${host} 核验此文件，查看全部证据`,
      states: {
        intact: "它在该站标识过，未发现标识缺失。",
        altered: "画面在该站发布之后被改动过。",
        marks_removed: "发布时带有的标识有缺失，或已不再相符。",
      },
      refuted: (text) => `已辟谣：${text}`,
      conflict: "此文件中的标识互相矛盾。",
      changes: {
        added: "画面中添加了内容。",
        removed: "画面中去掉了内容。",
        replaced: "有一部分换成了别的内容。",
        background: "背景被换掉。",
        recoloured: "颜色被改动。",
        label_erased: "显式标识被抹去或遮盖。",
        cropped: "画面被裁剪。",
        mirrored: "画面被镜像翻转。",
        framed: "发布的画面之外另有内容。",
      },
    },
  };

  const STYLE = `
    :host { display: block; max-width: 34rem; font: 1rem/1.5 system-ui, sans-serif; color: light-dark(#1d1b18, #efe9df); }
    :host([hidden]) { display: none; }
    form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; padding: 1rem;
      border: 1px solid light-dark(#857c6c, #8b8275); border-radius: 6px; background: light-dark(#fffefb, #1f1c19); }
    h2 { margin: 0; font-size: 1.125rem; }
    label { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; }
    input { font: inherit; max-width: 100%; min-height: 2.75rem; box-sizing: border-box; padding: 0.375rem 0; }
    button { justify-self: start; min-height: 2.75rem; padding: 0 1rem; border: 0; border-radius: 6px; font: inherit;
      font-weight: 600; cursor: pointer; background: #b42e1d; color: #fffaf3; }
    button[aria-disabled="true"] { cursor: progress; opacity: 0.75; }
    :focus-visible { outline: 3px solid light-dark(#1f5fa8, #8dbbf0); outline-offset: 2px; }
    p { margin: 0; }
    ul { margin: 0; padding-left: 1.75rem; }
    ul:empty { display: none; }
    a { color: light-dark(#244a70, #9fc1e6); }
    .small { font-size: 0.875rem; color: light-dark(#5a544a, #b8b0a3); }
    .answer:not(:empty) { padding-left: 0.75rem; border-left: 4px solid light-dark(#857c6c, #8b8275); overflow-wrap: anywhere; }
    .answer[data-verdict="confirmed"] { border-color: light-dark(#b42e1d, #f2998c); }
    .answer[data-verdict="possible"], .answer[data-verdict="suspected"] { border-color: light-dark(#7a4f00, #e6bd6f); }
  `;

  const made = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  class YinjiCheck extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.language = (this.closest("[lang]")?.lang || navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
      this.words = WORDS[this.language];
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this.form());
    }

    form() {
      const host = new URL(SITE).host;
      this.input = made("input", { type: "file", accept: "image/*,.heic,.heif,.avif" });
      this.button = made("button", { type: "submit" }, this.words.check);
      this.answer = made("p", { className: "answer" });
      this.findings = made("ul");
      this.link = made("p");
      const status = made("div", {}, this.answer, this.findings, this.link);
      status.setAttribute("role", "status");
      const form = made(
        "form",
        { lang: this.language === "zh" ? "zh-Hans" : "en", noValidate: true },
        made("h2", {}, this.words.ask),
        made("label", {}, this.words.choose, this.input),
        this.button,
        made("p", { className: "small" }, this.words.privacy(host)),
        status,
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.check();
      });
      return form;
    }

    async check() {
      if (this.button.getAttribute("aria-disabled") === "true") return;
      const file = this.input.files[0];
      if (!file) {
        this.say(this.words.none);
        this.input.focus();
        return;
      }
      this.button.setAttribute("aria-disabled", "true");
      this.say(this.words.busy);
      try {
        this.show(await this.ask(file));
      } catch {
        this.say(this.words.failed);
      } finally {
        this.button.removeAttribute("aria-disabled");
      }
    }

    async ask(file) {
      const body = new FormData();
      body.append("file", file);
      const answer = await fetch(`${SITE}/api/v1/verifications`, {
        method: "POST",
        body,
        headers: { "Accept-Language": this.language === "zh" ? "zh-Hans" : "en" },
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      return answer.json();
    }

    show(report) {
      if (!report.verdict) {
        this.say(report.detail || this.words.failed);
        return;
      }
      this.say(report.sentence, report.verdict);
      this.findings.replaceChildren(...this.found(report).map((text) => made("li", { textContent: text })));
      const work = report.marked_here?.work;
      const link = made("a", { href: work ? `${SITE}/w/${encodeURIComponent(work)}` : `${SITE}/`, target: "_blank", rel: "noopener" });
      link.append(work ? this.words.certificate : this.words.more(new URL(SITE).host));
      this.link.replaceChildren(link);
    }

    // What became of the work, what contradicts what, and each kind of change once.
    found(report) {
      const here = report.marked_here;
      const kinds = new Set((here?.changes ?? []).map((change) => change.kind));
      const note = here?.refutation?.text?.[this.language];
      const said = [
        note && this.words.refuted(note),
        here && this.words.states[here.state],
        report.conflicts?.length && this.words.conflict,
        ...[...kinds].map((kind) => this.words.changes[kind]),
      ];
      return said.filter(Boolean);
    }

    say(text, verdict = "") {
      this.answer.textContent = text;
      this.answer.dataset.verdict = verdict;
      this.findings.replaceChildren();
      this.link.replaceChildren();
    }
  }

  if (!customElements.get("yinji-check")) customElements.define("yinji-check", YinjiCheck);
})();
