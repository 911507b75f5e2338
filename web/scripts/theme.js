// In the head and not deferred, so that a dark page never flashes white and nothing moves after.
const root = document.documentElement;
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (localStorage.getItem("rail") === "slim") root.dataset.rail = "slim";
  if (localStorage.getItem("rows") === "compact") root.dataset.rows = "compact";
  if (localStorage.getItem("keys") === "off") root.dataset.keys = "off";
  const list = Number(localStorage.getItem("list"));
  if (list >= 340 && list <= 520) root.style.setProperty("--list", list + "px");
} catch (_) {}
root.classList.add("js");
