// What the pages bring along, for the check of types: htmx, and the details of its events and ours.
declare const htmx: { trigger(element: Element, name: string): void };

interface DocumentEventMap {
  "htmx:after:request": CustomEvent;
  "htmx:config:request": CustomEvent;
  "htmx:after:settle": CustomEvent;
  "htmx:response:error": CustomEvent;
  "leave:tell": CustomEvent<object>;
  act: Event;
}

interface Window {
  LeaveMessage: any;
}
