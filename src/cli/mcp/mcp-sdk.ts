/** The SDK of the Model Context Protocol that the user has installed, as far as it is used here. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface McpServer {
  setRequestHandler(schema: unknown, handler: (request: { readonly params: McpParams }) => Promise<object>): void
  connect(transport: object): Promise<void>
  onclose?: () => void
}

export interface McpParams {
  readonly name?: string
  readonly arguments?: { readonly [name: string]: unknown }
}

export interface McpSdk {
  readonly Server: new (about: object, options: object) => McpServer
  readonly StdioServerTransport: new () => object
  readonly ListToolsRequestSchema: unknown
  readonly CallToolRequestSchema: unknown
}

/** Looked for where Stator is, and in the folder of the process. Throws one sentence when it is in neither. */
export function loadMcpSdk(): McpSdk {
  const parts = ['server/index.js', 'server/stdio.js', 'types.js'].map((part) => load(`@modelcontextprotocol/sdk/${part}`))
  return Object.assign({}, ...parts) as McpSdk
}

function load(name: string): object {
  for (const from of [import.meta.url, join(process.cwd(), 'index.js')]) {
    try {
      return createRequire(from)(name) as object
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error('stator mcp needs its SDK: npm install @modelcontextprotocol/sdk')
}
