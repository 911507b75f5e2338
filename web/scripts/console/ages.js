// "5 minutes ago" goes on while the page is open.
const EVERY = 30000;

/** @param {HTMLElement} line */
function age(line) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const minutes = Math.round((new Date(line.dataset.ago).getTime() - Date.now()) / 60000);
  // Of the first minute the page itself says that it is just now.
  if (minutes > -1) return line.textContent;
  if (minutes > -60) return spaced(words.format(minutes, "minute"));
  if (minutes > -1440) return spaced(words.format(Math.round(minutes / 60), "hour"));
  return spaced(words.format(Math.round(minutes / 1440), "day"));
}

// As the page writes it: a number stands apart from Chinese.
const spaced = (/** @type {string} */ text) => text.replace(/(\d)(?=[\u3400-\u9fff])/, "$1 ");

setInterval(() => {
  document.querySelectorAll("[data-ago]").forEach((/** @type {HTMLElement} */ line) => {
    line.textContent = age(line);
  });
}, EVERY);
