import { startOnStandIn } from "./stand-in.ts";
import { shellSuite } from "./suite.ts";

shellSuite("on the stand-in over DevTools", startOnStandIn);
