import "./strict-csp.ts";
import "./styles/base.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Clock } from "../../base/clock.ts";
import type { Observable } from "../../base/observable.ts";
import { ViewClient } from "../contract/client.ts";
import { RENEW_PATH } from "../contract/messages.ts";
import { App } from "./app.tsx";
import { chooseLink } from "./links.ts";
import { quietPage } from "./quiet-page.ts";
import { renewAfterCitizen } from "./renewal.ts";

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, milliseconds) {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** For how long the page before this one is left on the screen, milliseconds. */
const FIRST_VIEW_WITHIN = 400;

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
const app = (
  <App
    view={toSignal(client.view)}
    link={toSignal(client.state)}
    busy={toSignal(client.busy)}
    send={(intent) => client.send(intent)}
    clock={clock}
  />
);
/** Draws the page for the first time: with the first view, so that a renewed page does not flicker, or without one when it does not come. */
const draw = () => {
  late.cancel();
  undrawn();
  render(app, root);
};
const late = clock.setTimeout(draw, FIRST_VIEW_WITHIN);
const undrawn = client.state.subscribe(draw);
// A shell with a bridge renews the page itself.
if (window.ventanilla === undefined)
  renewAfterCitizen(client.view, () => {
    document.documentElement.dataset.renewing = "";
    client.wipe();
    location.replace(RENEW_PATH);
  });
client.start();
