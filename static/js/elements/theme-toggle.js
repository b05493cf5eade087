// <theme-toggle>: turns the hidden button inside it into a switch between paper and night.
// The choice stays in this browser; choosing what the system has anyway forgets it.

const night = matchMedia("(prefers-color-scheme: dark)");

class ThemeToggle extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.choose(this.isDark() ? "light" : "dark"));
    night.addEventListener("change", () => this.show());
    this.show();
  }

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : night.matches;
  }

  choose(theme) {
    if ((theme === "dark") === night.matches) {
      delete document.documentElement.dataset.theme;
      this.remember(null);
    } else {
      document.documentElement.dataset.theme = theme;
      this.remember(theme);
    }
    this.show();
  }

  remember(theme) {
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      // Storage is closed: the choice lasts as long as the page.
    }
  }

  show() {
    const dark = this.isDark();
    this.button.setAttribute("aria-pressed", String(dark));
    for (const icon of this.querySelectorAll("[data-shows]")) {
      icon.hidden = icon.dataset.shows !== (dark ? "light" : "dark");
    }
  }
}

customElements.define("theme-toggle", ThemeToggle);
