// Runs before the first paint: a page that was chosen dark must not flash white.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
} catch {
  // Storage is closed in some private windows; the system's choice holds.
}
