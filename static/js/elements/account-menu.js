// <account-menu>: closes the <details> inside it on Escape and when attention goes elsewhere.

class AccountMenu extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!this.contains(event.target)) details.open = false;
    });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) details.open = false;
    });
  }
}

customElements.define("account-menu", AccountMenu);
