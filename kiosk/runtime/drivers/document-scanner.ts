import { assertOk } from "../../../base/result.ts";
import { ESCL_MODEL, EsclScanner } from "../../../drivers/document-scanner/escl/driver.ts";
import { createHttpLink } from "../../../drivers/document-scanner/escl/http-link.ts";
import type { ModelFactories } from "../devices.ts";

export const documentScanners: ModelFactories<"document-scanner"> = {
  [ESCL_MODEL]: (options) => {
    const { port, clock, authority } = options;
    const link = createHttpLink(port, { clock, ...(authority === undefined ? {} : { authority }) });
    // The configuration refuses what is no scanner's address.
    return new EsclScanner({ ...options, link: assertOk(link, options.id) });
  },
};
