/**
 * Electron's fuses as they are shipped, by the names that electron-builder's `electronFuses` uses. A test holds
 * `electron-builder.yml` to this table; a package's check reads them back from the binary.
 */
export const FUSES = {
  /** Off: `ELECTRON_RUN_AS_NODE` would make a Node interpreter of the shell. */
  runAsNode: false,
  /** Off: `NODE_OPTIONS` and `NODE_EXTRA_CA_CERTS` would load foreign code and trust foreign certificates. */
  enableNodeOptionsEnvironmentVariable: false,
  /** Off: no debugger by argument or signal. A test build for Playwright is made apart. */
  enableNodeCliInspectArguments: false,
  /** On: code comes from the archive, never from a folder beside it. */
  onlyLoadAppFromAsar: true,
  /** On: harmless on Linux, where it checks nothing; there the verified root file system does. */
  enableEmbeddedAsarIntegrityValidation: true,
  /** Off: `file://` is not used. */
  grantFileProtocolExtraPrivileges: false,
  /** Off: there is no such snapshot. */
  loadBrowserProcessSpecificV8Snapshot: false,
  /** Off: it needs a key ring of the desktop; the session is in memory anyway. */
  enableCookieEncryption: false,
} as const;
