/** All that is known of one request, and where to look on. */

import { Link } from 'wouter-preact'
import type { RequestReport } from '../../../src/server/requests/answered-request.ts'
import { tableAddress } from '../../app/addresses.ts'
import { keyParts } from '../../values/attribute-value.ts'
import { milliseconds, utc } from '../../values/shown-numbers.ts'
import { CopyButton } from '../../widgets/copy-button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Facts, type FactsProps } from '../../widgets/facts.tsx'
import { Command } from '../../widgets/told.tsx'
import { Code } from '../explorer/code.tsx'
import { hintFor } from './hint-for.ts'

interface RequestDetailsProps {
  readonly request: RequestReport
  readonly onClose: () => void
  readonly onOnly: (member: 'operation' | 'table' | 'caller', value: string) => void
}

export function RequestDetails({ request, onClose, onOnly }: RequestDetailsProps) {
  const { operation = '', table, pattern, caller, error } = request
  const hint = hintFor(request)
  const { request: sent, response, ...told } = request as RequestReport & { readonly request?: unknown; readonly response?: unknown }
  return (
    <Dialog title={`${operation} ${table ?? ''}`} onClose={onClose} isSide>
      {error !== undefined && (
        <div class="told is-bad">
          <p>
            <strong>{error.exception}:</strong> {error.message}
          </p>
          {hint !== undefined && <p class="soft">{hint}</p>}
        </div>
      )}
      <p class="choices">
        {table !== undefined && (
          <Link class="button" href={tableAddress(table, 'items', itemMembers(request))}>
            {request.key === undefined ? 'Its table' : 'Its items'}
          </Link>
        )}
        {pattern !== undefined && table !== undefined && (
          <Link class="button" href={tableAddress(table, 'patterns')}>
            Its pattern
          </Link>
        )}
        <button type="button" class="button" onClick={() => onOnly('operation', operation)}>
          Only {operation}
        </button>
        {table !== undefined && (
          <button type="button" class="button" onClick={() => onOnly('table', table)}>
            Only {table}
          </button>
        )}
        {caller !== undefined && (
          <button type="button" class="button" onClick={() => onOnly('caller', caller)}>
            Only this caller
          </button>
        )}
      </p>
      <Facts facts={factsOf(told)} />
      {sent === undefined ? (
        <p class="soft">Start the server with --trace full to see what it said and to copy it as code.</p>
      ) : (
        <Bodies operation={operation} sent={sent} response={response} />
      )}
    </Dialog>
  )
}

/** Everything that the server tells, by its name there. */
function factsOf(told: RequestReport): FactsProps['facts'] {
  const members = Object.entries(told).map(([name, value]): FactsProps['facts'][number] => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return [name, name === 'requestId' ? <CopyButton text={text} label={text} /> : <bdi>{text}</bdi>]
  })
  return [...members, ['in UTC, took', `${utc(Date.parse(told.at))}, ${milliseconds(told.durationMs)}`]]
}

/** Where its item is, if it is about one. */
function itemMembers({ key }: RequestReport): Readonly<Record<string, string>> {
  const [partition, sort] = keyParts(key ?? {})
  if (partition === undefined) return {}
  return { pk: partition, ...(sort !== undefined && { sk: sort }), run: '1' }
}

function Bodies({ operation, sent, response }: { readonly operation: string; readonly sent: unknown; readonly response: unknown }) {
  const input = parsed(sent)
  return (
    <>
      <h3>Request</h3>
      {input !== undefined && <Code operation={operation} input={input} />}
      <h3>Answer</h3>
      <Command text={pretty(response)} />
    </>
  )
}

function parsed(value: unknown): object | undefined {
  try {
    const input: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof input === 'object' && input !== null ? input : undefined
  } catch {
    return undefined
  }
}

function pretty(value: unknown): string {
  const read = parsed(value)
  return read === undefined ? String(value) : JSON.stringify(read, undefined, 2)
}
