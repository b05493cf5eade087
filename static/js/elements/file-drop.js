// <file-drop>: says what was chosen and lights up under a dragged file. The input itself takes the drop.

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.zone = this.querySelector(".drop");
    this.input = this.querySelector("input");
    this.chosen = this.querySelector(".drop-chosen");
    for (const name of ["dragenter", "dragover"]) {
      this.addEventListener(name, () => this.zone.classList.add("is-over"));
    }
    for (const name of ["dragleave", "drop"]) {
      this.addEventListener(name, () => this.zone.classList.remove("is-over"));
    }
    this.input.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    this.chosen.textContent = Array.from(this.input.files, (file) => file.name).join(", ");
  }
}

customElements.define("file-drop", FileDrop);
