/**
 * The server as a user starts it: the command line in a process of its own, on a free port. Everything in this folder talks
 * to it over HTTP only, so that what is tested is what a client meets.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const commandLine = join(import.meta.dirname, '../../src/cli/stator.ts')
const endpointPattern = /http:\/\/127\.0\.0\.1:\d+/
const startMsMax = 20_000
const stopMsMax = 10_000

export interface RunningServer {
  readonly endpoint: string
  /** Asks the process to stop and resolves with its exit code: 0 is an orderly end. */
  close(): Promise<number | null>
}

/** Resolves when the server has printed its endpoint. Rejects with all it printed when it ends before, or says nothing for 20 seconds. */
export async function startServer(options: readonly string[] = ['--in-memory']): Promise<RunningServer> {
  const child = spawn(process.execPath, [commandLine, '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  const endpoint = await printedEndpoint(child)
  return { endpoint, close: () => stop(child) }
}

function printedEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const fail = (reason: string): void => reject(new Error(`${reason}; it printed: ${printed}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('the server printed no endpoint in time')
    }, startMsMax)
    const listen = (chunk: Buffer): void => {
      printed += chunk
      const endpoint = endpointPattern.exec(printed)?.[0]
      if (endpoint === undefined || !printed.endsWith('\n')) return
      clearTimeout(timer)
      resolve(endpoint)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`the server ended with code ${code}`)
    })
  })
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  await exit
  clearTimeout(timer)
  return child.exitCode
}
