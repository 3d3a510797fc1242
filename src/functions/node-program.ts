/**
 * The program that runs a module of JavaScript or TypeScript as Lambda does, in a process of its own: text, because it is given to Node
 * as it stands, whatever file or bundle this one is in. It reads invocations as lines of JSON from its input and answers on its fourth
 * channel; what the module prints is its log.
 *
 *   { id, event, context, deadlineMs, clientContext? }  ->  { id, result } | { id, error: { errorType, errorMessage, trace } }
 *   at the start                                        ->  { ready: true } | { error }
 */
export const nodeProgram = `
import { createInterface } from 'node:readline'
import { Socket } from 'node:net'
import { format } from 'node:util'
import { pathToFileURL } from 'node:url'

const [file, exported] = process.argv.slice(-2)
const answers = new Socket({ fd: 3, writable: true })
const written = (stream, text) => new Promise((resolve) => stream.write(text, resolve))
const say = async (message) => {
  // What was printed before it is there before it.
  await Promise.all([written(process.stdout, ''), written(process.stderr, '')])
  await written(answers, JSON.stringify(message) + '\\n')
}
let current
for (const [name, level] of Object.entries({ log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' })) {
  console[name] = (...words) =>
    process.stdout.write([new Date().toISOString(), current, level, format(...words)].join('\\t').replaceAll('\\n', '\\r') + '\\n')
}
const told = (error) => error instanceof Error
  ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\\n') }
  : { errorType: typeof error, errorMessage: typeof error === 'string' ? error : String(JSON.stringify(error)), trace: [] }
const end = async (error) => {
  await say({ id: current, error })
  process.exit(1)
}
process.on('uncaughtException', (error) => void end({ ...told(error), errorType: error instanceof Error ? error.name : 'Runtime.UnhandledException' }))
process.on('unhandledRejection', (reason) => void end({ ...told(reason), errorType: 'Runtime.UnhandledPromiseRejection' }))

let handler
try {
  const loaded = await import(pathToFileURL(file).href)
  handler = exported.split('.').reduce((value, name) => value?.[name] ?? value?.default?.[name], loaded)
  if (typeof handler !== 'function') {
    await end({ errorType: 'Runtime.HandlerNotFound', errorMessage: file + ' has no function ' + exported, trace: [] })
  }
} catch (error) {
  await end({ ...told(error), errorType: error?.code === 'ERR_MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : told(error).errorType })
}

const invoke = ({ event, context, deadlineMs, clientContext }) => new Promise((resolve, reject) => {
  const callback = (error, value) => (error === undefined || error === null ? resolve(value) : reject(error))
  const returned = handler(JSON.parse(event), {
    ...context,
    ...(clientContext !== undefined && { clientContext: JSON.parse(clientContext) }),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done: callback,
    succeed: (value) => resolve(value),
    fail: (error) => reject(error ?? new Error('failed')),
  }, callback)
  if (typeof returned?.then === 'function') returned.then(resolve, reject)
  else if (handler.length < 3) resolve(returned)
})

await say({ ready: true })
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  current = asked.id
  try {
    const result = JSON.stringify(await invoke(asked))
    await say({ id: asked.id, result: result ?? 'null' })
  } catch (error) {
    await say({ id: asked.id, error: told(error) })
  }
}
process.exit(0)
`
