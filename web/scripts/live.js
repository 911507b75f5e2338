// What goes on while a page of the console is open. Without it each page asks every half a minute.
import "./console/asked.js";
import "./console/desktop.js";
import "./console/signs.js";
import { follow } from "./console/progress.js";
import { listen } from "./console/stream.js";

listen();
follow();
