// How many are unread shows on the tab and on the installed app, too.
function show() {
  /** @type {HTMLElement} */
  const badge = document.querySelector("[data-unread]");
  /** @type {HTMLLinkElement} */
  const icon = document.querySelector("link[data-icon-unread]");
  if (!badge || !icon) return;
  const unread = Number(badge.dataset.unread);
  icon.href = unread ? icon.dataset.iconUnread : icon.dataset.iconPlain;
  if (navigator.setAppBadge) navigator.setAppBadge(unread).catch(() => {});
}

document.addEventListener("htmx:finally:swap", show);
show();
