/** Sinks of lines: a file, the standard output, a function of the program that runs the server. */
import { appendLines } from '../append-lines.ts'
import { sinkChangesMax } from '../limits.ts'
import { changeLine, type ItemForm } from './change-line.ts'
import { type Sink, SinkFault } from './sink.ts'

export function openFileSink({ file, form }: { readonly file: string; readonly form: ItemForm }): Sink {
  return {
    changesMax: sinkChangesMax,
    put: async (batch) => {
      await appendLines(
        file,
        batch.changes.map((change) => changeLine(batch, change, form)),
      )
      return []
    },
  }
}

/** `-`: the standard output. Whoever reads it has it when it is written: there is no disk to ask. */
export function openOutputSink({ form }: { readonly form: ItemForm }): Sink {
  return {
    changesMax: sinkChangesMax,
    put: async (batch) => {
      const text = batch.changes.map((change) => `${changeLine(batch, change, form)}\n`).join('')
      await new Promise<void>((resolve, reject) => {
        process.stdout.write(text, (error) => (error ? reject(new SinkFault(error.message, { cause: error })) : resolve()))
      })
      return []
    },
  }
}

/** It gets the changes as objects, and has taken them when it returns, or its promise resolves. */
export function openFunctionSink(take: (changes: readonly unknown[]) => unknown): Sink {
  return {
    changesMax: sinkChangesMax,
    put: async (batch) => {
      await take(batch.changes.map((change) => JSON.parse(changeLine(batch, change))))
      return []
    },
  }
}
