/**
 * Node's HTTP. To `import` it by name reads everything that it exports, among which is a WebSocket, for which Node loads all of its `fetch`: that took
 * longer than all other modules of Node's that a server needs.
 */
import type * as Http from 'node:http'

export const nodeHttp: typeof Http = process.getBuiltinModule('node:http')
