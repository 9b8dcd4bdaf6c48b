import "./strict-csp.ts";
import "./style.css";
import { render } from "preact";
import { follow } from "./api.ts";
import { App } from "./app.tsx";

const root = document.getElementById("wizard");
if (root === null) throw new Error("index.html has no #wizard");
follow();
render(<App />, root);
