/**
 * A statement on its way, sent and followed as the driver does, whose rows are taken as they come: text. What else the driver makes of an
 * answer, the names and types of its columns and a parser for each, nobody here asks for.
 */
import { Query } from 'pg'
import type { Statement } from './statements.ts'

export type Row = readonly (string | null)[]

/** A statement with its parameters, which are bytes in binary form or text. */
export type Call = readonly [statement: Statement, ...parameters: readonly (Uint8Array | string)[]]

export interface Answer {
  readonly rows: readonly Row[]
  /** What was done: COMMIT after a statement that failed is answered with ROLLBACK. */
  readonly command: string
}

export class RowQuery extends Query {
  /** By which the driver knows whether the statement is prepared. */
  declare name: string | undefined
  readonly #rows: Row[] = []
  #command = ''

  /** `settled` is told of an error, or of null when all of the answer is there. */
  constructor([{ name, text }, ...parameters]: Call, settled: (error: Error | null, query: RowQuery) => void) {
    // A driver that is given an object copies it, property by property.
    super(text, name === undefined ? undefined : parameters, (error) => settled(error ?? null, this))
    this.name = name
  }

  get answer(): Answer {
    return { rows: this.#rows, command: this.#command }
  }

  // What the driver calls.

  handleRowDescription(): void {}

  handleDataRow({ fields }: { readonly fields: Row }): void {
    this.#rows.push(fields)
  }

  /** `text`: the command, and how many rows it was about. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    const space = text.indexOf(' ')
    this.#command = space < 0 ? text : text.slice(0, space)
  }
}
