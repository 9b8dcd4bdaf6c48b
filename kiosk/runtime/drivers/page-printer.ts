import { randomUUID } from "node:crypto";
import { assertOk } from "../../../base/result.ts";
import { createPagePrinter, IPP_MODEL } from "../../../drivers/page-printer/driver.ts";
import { createHttpLink } from "../../../drivers/page-printer/http-link.ts";
import type { ModelFactories } from "../devices.ts";

export const pagePrinters: ModelFactories<"page-printer"> = {
  [IPP_MODEL]: (options) => {
    const { port, clock, authority } = options;
    const link = createHttpLink(port, { clock, ...(authority === undefined ? {} : { authority }) });
    return createPagePrinter({
      ...options,
      // The configuration refuses what is no printer's address.
      link: assertOk(link, options.id),
      newIntent: () => `ventanilla-${randomUUID()}`,
    });
  },
};
