/** `stator mcp`: what a running server holds and has seen, for a model that speaks the Model Context Protocol on stdin and stdout. */
import { once } from 'node:events'
import { systemClock } from '../../base/clock.ts'
import { version } from '../../server/version.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import { findEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { systemPatience, TableClient } from '../copy/copy-tables.ts'
import { HttpClient } from '../load/http-client.ts'
import { loadMcpSdk } from './mcp-sdk.ts'
import { type Asked, type Tool, tools } from './tools.ts'

export const options: readonly CommandOption[] = [
  endpointOption,
  { name: 'region', value: 'NAME', help: 'whose tables, with isolated regions ($AWS_REGION, else us-east-1)' },
  profileOption,
  { name: 'allow-writes', help: 'offer tools that put, update and delete items (only those that read)' },
  helpOption,
]

const helpText = `Serves the Model Context Protocol on stdin and stdout (docs/mcp.md): a model may look at tables, items, requests, patterns, heat and cost of a running
Stator. It needs npm install @modelcontextprotocol/sdk.

Usage: stator mcp [options]

${optionRows(options)}
`

/** Resolves with the exit code when stdin ends. Rejects with UsageError, or with one clear sentence. */
export async function runMcpCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator mcp', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const { Server, StdioServerTransport, ListToolsRequestSchema, CallToolRequestSchema } = loadMcpSdk()
  const [endpoint, region, profile] = ['endpoint', 'region', 'profile'].map((name) => given.get(name))
  const client = await HttpClient.open(await findEndpoint({ endpoint, region, profile }, process.env), 1, systemClock)
  await client.signForReal()
  const tables = new TableClient(client, systemPatience)
  const control = await controlEndpointOf(given)
  const asked: Asked = {
    operation: (name, input) => tables.ask(name, input),
    control: (path) => askControl(control, { method: 'GET', path: `/_stator/${path}` }),
  }
  const offered = Object.entries(tools).filter(([, { writes }]) => writes === undefined || given.has('allow-writes'))
  const server = new Server({ name: 'stator', version }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: offered.map(([name, tool]) => described(name, tool)) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name = '', arguments: values = {} } }) => {
    const tool = offered.find(([each]) => each === name)?.[1]
    try {
      if (tool === undefined) throw new Error(`There is no tool ${name}.`)
      const missing = tool.required.filter((member) => values[member] === undefined)
      if (missing.length > 0) throw new Error(`${name} needs ${missing.join(', ')}.`)
      return { content: [{ type: 'text', text: await tool.run(asked, values) }] }
    } catch (error) {
      return { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] }
    }
  })
  await server.connect(new StdioServerTransport())
  await once(process.stdin, 'end')
  client.close()
  return 0
}

function described(name: string, { description, properties, required, writes }: Tool): object {
  const inputSchema = { type: 'object', properties, required, additionalProperties: false }
  return { name, description, inputSchema, annotations: { readOnlyHint: writes === undefined, openWorldHint: false } }
}
