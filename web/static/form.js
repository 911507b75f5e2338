// The form builder: lines may be dragged, the preview follows, and the focus is where one goes on.
// Everything works without this file: buttons move lines, and the page is drawn anew.
(function () {
  "use strict";

  var moving = null;
  var focused = "";

  function lines() {
    return document.getElementById("lines");
  }

  // A new field is called something at once.
  function begin() {
    var label = document.querySelector(".field-form [autofocus]");
    if (label) label.select();
  }

  function arm() {
    var list = lines().querySelector("ol");
    list.classList.add("draggable");
    list.querySelectorAll("li").forEach(function (line) {
      line.draggable = true;
    });
  }

  function keys() {
    return Array.prototype.map.call(lines().querySelectorAll("li[data-key]"), function (line) {
      return line.dataset.key;
    });
  }

  function clear() {
    document.querySelectorAll(".form-lines .over").forEach(function (line) {
      line.classList.remove("over");
    });
  }

  document.addEventListener("dragstart", function (event) {
    moving = event.target.closest ? event.target.closest("li[data-key]") : null;
    if (!moving) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", moving.dataset.key);
  });

  document.addEventListener("dragover", function (event) {
    var line = moving && event.target.closest("li[data-key]");
    if (!line) return;
    event.preventDefault();
    clear();
    line.classList.add("over");
  });

  document.addEventListener("drop", function (event) {
    var line = moving && event.target.closest("li[data-key]");
    if (!line) return;
    event.preventDefault();
    var box = line.getBoundingClientRect();
    line.parentNode.insertBefore(
      moving,
      event.clientY > box.top + box.height / 2 ? line.nextSibling : line
    );
    var form = lines().querySelector("[data-order]");
    form.elements.keys.value = keys().join(",");
    form.dispatchEvent(new Event("dragged"));
  });

  document.addEventListener("dragend", function () {
    moving = null;
    clear();
  });

  // Enter saves the field, and in the box for trying it tries.
  document.addEventListener("keydown", function (event) {
    // The number is Safari's sign of a key that ends the writing of a word.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" || event.target.id !== "sample") return;
    event.preventDefault();
    document.querySelector(".try button").click();
  });

  document.addEventListener("click", function (event) {
    var step = event.target.closest(".step");
    focused = step ? step.id : focused;
  });

  document.addEventListener("htmx:after:swap", function () {
    if (!lines() || lines().querySelector("ol.draggable")) return;
    arm();
    var button = document.getElementById(focused);
    if (button && button.disabled) button = button.closest("li").querySelector(".step:enabled");
    if (button) button.focus();
    var preview = document.getElementById("preview");
    if (preview) preview.contentWindow.location.reload();
  });

  if (lines()) arm();
  begin();
})();
