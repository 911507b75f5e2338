// The short calculation that the server asks for while the form is flooded: workers find the number,
// then the form is sent again. Loaded by leave.js on demand, once for each question. The field holds
// the question as it came; who cannot calculate sends just that, and the message is set aside.
(function () {
  "use strict";

  var PATIENCE = 30000;
  var WORKERS_MAX = 4;
  var QUESTIONS_MAX = 2;

  var field = document.querySelector("#notices [name=proof]");
  if (!field) return;
  var form = field.form;
  var asked = (form.dataset.asked = Number(form.dataset.asked || 0) + 1);
  var answer = JSON.parse(atob(field.value));
  var count = Math.min(navigator.hardwareConcurrency || 1, WORKERS_MAX);
  var workers = [];
  var failed = 0;
  var timer = 0;

  // Sent meanwhile, the message would be set aside. A button that is disabled would lose the focus.
  function hold(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function send(solution) {
    clearTimeout(timer);
    workers.forEach(function (worker) {
      worker.terminate();
    });
    document.removeEventListener("submit", hold, true);
    form.classList.remove("htmx-request");
    if (!field.isConnected) return;
    if (solution) {
      answer.solution = { counter: solution.counter, derivedKey: solution.derivedKey };
      field.value = btoa(JSON.stringify(answer));
    }
    form.requestSubmit();
  }

  function fail() {
    failed += 1;
    if (failed === count) send(null);
  }

  function start(first) {
    var worker = new Worker(field.dataset.worker);
    workers.push(worker);
    worker.onerror = fail;
    worker.onmessage = function (event) {
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

  // Asked again and again: the way that a page without scripts takes has always an end.
  if (asked > QUESTIONS_MAX) return form.submit();
  // Over plain http a browser hides its cryptography.
  if (!window.Worker || !window.crypto || !crypto.subtle) return send(null);
  document.addEventListener("submit", hold, true);
  form.classList.add("htmx-request");
  timer = setTimeout(send, PATIENCE, null);
  try {
    for (var first = 0; first < count; first++) start(first);
  } catch (_) {
    send(null);
  }
})();
