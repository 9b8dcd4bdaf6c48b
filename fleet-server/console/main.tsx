import "./strict-csp.ts";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/frame.css";
import { render } from "preact";
import { sessionSchema } from "../api/contract/access.ts";
import { call } from "./api/client.ts";
import { signedIn, signedOut } from "./api/session.ts";
import { App } from "./app/app.tsx";
import { startKeys } from "./app/keys.ts";
import { applyPreferences } from "./app/preferences.ts";
import { startRouter } from "./app/router.ts";
import { startTicking } from "./app/ticker.ts";

applyPreferences(document.documentElement);
startRouter();
startTicking();
startKeys();
const root = document.getElementById("console");
if (root === null) throw new Error("index.html has no #console");
render(<App />, root);

call("session", { answer: sessionSchema }).then(
  (result) => (result.ok ? signedIn(result.value) : signedOut()),
  () => signedOut(),
);
