// The session is another one than this page was made for: what is sent from here on belongs to it.
document.addEventListener("htmx:response:error", (event) => {
  const { response } = event.detail.ctx;
  const token = response.status === 403 && response.headers.get("X-CSRF-Token");
  if (token) renew(token);
});

/** @param {string} token */
function renew(token) {
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
  document.querySelectorAll("input[name=csrf_token]").forEach((/** @type {any} */ field) => {
    field.value = token;
  });
}
