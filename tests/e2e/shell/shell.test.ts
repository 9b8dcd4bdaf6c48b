import { test } from "vitest";
import { findElectron } from "../../../scripts/demo/electron.ts";
import { NO_BINARY, startOnElectron } from "./electron-binary.ts";
import { startOnStandIn } from "./stand-in.ts";
import { shellSuite } from "./suite.ts";

shellSuite("on the stand-in over DevTools", (options) => startOnStandIn(options));

const binary = findElectron(process.env);
if (binary === undefined) test("on Electron", ({ skip }) => skip(NO_BINARY));
else shellSuite("on Electron", startOnElectron(binary));
