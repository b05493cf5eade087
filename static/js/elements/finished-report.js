// <finished-report>: gives the page the title that only the report knows.

class FinishedReport extends HTMLElement {
  connectedCallback() {
    document.title = this.dataset.title;
  }
}

customElements.define("finished-report", FinishedReport);
