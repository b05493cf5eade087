// <before-after>: lays the second picture over the first and splits them where the slider stands.

class BeforeAfter extends HTMLElement {
  connectedCallback() {
    const line = document.createElement("div");
    line.className = "comparison-line";
    this.querySelector("figure + figure").append(line);
    this.append(this.slider());
    this.classList.add("is-ready");
  }

  slider() {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = 0;
    slider.max = 100;
    slider.value = 50;
    slider.ariaLabel = this.dataset.label;
    slider.addEventListener("input", () => this.style.setProperty("--split", `${slider.value}%`));
    return slider;
  }
}

customElements.define("before-after", BeforeAfter);
