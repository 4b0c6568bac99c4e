// An `import` of node:http reads all that it exports, and with `fetch` and its kin that runs undici: a twentieth of every start.
// Nothing here needs it, and the module itself does not.
/** Of node:http. */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
