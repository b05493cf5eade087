// <tamper-map>: adds to the pictures, one of which is seen, the one laid upon the other with a slider.

class TamperMap extends HTMLElement {
  connectedCallback() {
    for (const template of this.querySelectorAll("template")) {
      const content = template.content.cloneNode(true);
      for (const image of content.querySelectorAll("[data-view]")) {
        image.src = this.querySelector(`.view-${image.dataset.view} img`).src;
      }
      template.replaceWith(content);
    }
  }
}

customElements.define("tamper-map", TamperMap);
