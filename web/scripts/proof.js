// The short calculation that the server asks for while the form is flooded: workers find the number,
// then the form is sent again. Loaded by visitor.js on demand, once for each question. The field holds
// the question as it came; who cannot calculate sends just that, and the message is set aside.
const PATIENCE = 30000;
const WORKERS_MAX = 4;
const QUESTIONS_MAX = 2;

/** @type {HTMLInputElement | null} */
const field = document.querySelector("#notices [name=proof]");
const form = field && field.form;
const workers = [];
let answer;
let failed = 0;
let timer;

if (field) begin();

function begin() {
  const asked = Number(form.dataset.asked || 0) + 1;
  form.dataset.asked = String(asked);
  // Asked again and again: the way that a page without scripts takes has always an end.
  if (asked > QUESTIONS_MAX) return form.submit();
  // Over plain http a browser hides its cryptography.
  if (!window.Worker || !window.crypto || !crypto.subtle) return send(null);
  answer = JSON.parse(atob(field.value));
  document.addEventListener("submit", hold, true);
  form.classList.add("htmx-request");
  timer = setTimeout(send, PATIENCE, null);
  const count = Math.min(navigator.hardwareConcurrency || 1, WORKERS_MAX);
  try {
    for (let first = 0; first < count; first++) start(first, count);
  } catch (_) {
    send(null);
  }
}

/** Sent meanwhile, the message would be set aside. A disabled button would lose the focus. */
function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function start(first, count) {
  const worker = new Worker(field.dataset.worker);
  workers.push(worker);
  function fail() {
    failed += 1;
    if (failed === count) send(null);
  }
  worker.onerror = fail;
  worker.onmessage = (event) => {
    if (event.data && event.data.derivedKey) send(event.data);
    else fail();
  };
  worker.postMessage({
    type: "work",
    challenge: answer.challenge,
    counterStart: first,
    counterStep: count,
    timeout: PATIENCE,
  });
}

function send(solution) {
  clearTimeout(timer);
  workers.forEach((worker) => worker.terminate());
  document.removeEventListener("submit", hold, true);
  form.classList.remove("htmx-request");
  if (!field.isConnected) return;
  if (solution) {
    answer.solution = { counter: solution.counter, derivedKey: solution.derivedKey };
    field.value = btoa(JSON.stringify(answer));
  }
  form.requestSubmit();
}
