import "./strict-csp.ts";
import "./styles/base.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Clock } from "../../base/clock.ts";
import type { Observable } from "../../base/observable.ts";
import { ViewClient } from "../contract/client.ts";
import { App } from "./app.tsx";
import { chooseLink } from "./links.ts";
import { quietPage } from "./quiet-page.ts";

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

const client = new ViewClient({
  openLink: chooseLink(window),
  clock,
  random: Math.random,
  newId: () => crypto.randomUUID(),
});

function toSignal<T>(observable: Observable<T>) {
  const mirror = signal(observable.value);
  observable.subscribe((value) => {
    mirror.value = value;
  });
  return mirror;
}

quietPage(document);
const root = document.getElementById("kiosk");
if (root === null) throw new Error("index.html has no #kiosk");
render(
  <App
    view={toSignal(client.view)}
    link={toSignal(client.state)}
    busy={toSignal(client.busy)}
    send={(intent) => client.send(intent)}
    clock={clock}
  />,
  root,
);
client.start();
