// The visitor's own time zone: it goes along with the form, and who came by a plain link is told the
// time in it instead of the shop's.
import { onArrival } from "../arrival.js";

onArrival("[name=tz]", (field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
});

onArrival("[data-moment]", (line) => {
  const time = new Date(line.dataset.moment).toLocaleString(document.documentElement.lang, {
    month: "short",
    day: "numeric",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  line.textContent = line.textContent.replace(line.dataset.said, time);
  line.removeAttribute("data-moment");
});
