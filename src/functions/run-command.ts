/** A function that is any command: a process for each invocation, the event as JSON on its input, the answer as JSON on its output. */
import { spawn } from 'node:child_process'
import { exited, isJson, notJson, responseTooLarge, timedOut, unhandled } from './function-errors.ts'
import { LineCutter } from './function-logs.ts'
import { logLineBytesMax, responseBytesMax } from './limits.ts'
import { killGroup, ownGroup } from './own-group.ts'
import type { ProcessCall, ProcessResult, ProcessStart } from './worker-process.ts'

/** Never rejects. An output without anything is `null`; what it prints to its error channel is told to `log`. */
export function runCommand(start: ProcessStart, call: ProcessCall, log: (line: string) => void): Promise<ProcessResult> {
  const { command, words, folder, environment } = start
  const { requestId, payload, timeoutSeconds } = call
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd: folder, env: { ...environment }, stdio: ['pipe', 'pipe', 'pipe'], ...ownGroup })
    const output: Buffer[] = []
    let sizeBytes = 0
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      killGroup(child)
    }, timeoutSeconds * 1000)
    const errors = new LineCutter(logLineBytesMax, log)
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.add(text))
    child.stdout.on('data', (bytes: Buffer) => {
      sizeBytes += bytes.length
      if (sizeBytes <= responseBytesMax) output.push(bytes)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(payload)
    const end = (result: ProcessResult): void => {
      clearTimeout(timer)
      errors.flush()
      resolve(result)
    }
    child.on('error', (error) => end(unhandled({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message })))
    child.on('close', (code, signal) => {
      if (isLate) return end(timedOut(requestId, timeoutSeconds))
      if (code !== 0) return end(exited(requestId, { code, signal }))
      if (sizeBytes > responseBytesMax) return end(responseTooLarge(sizeBytes, responseBytesMax))
      const text = Buffer.concat(output).toString('utf8').trim() || 'null'
      end(isJson(text) ? { kind: 'answered', payload: text } : notJson())
    })
  })
}
