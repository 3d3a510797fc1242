/** The keys that stand for most of what is read and written now. */
import { Link } from 'wouter-preact'
import type { HotKey, HotKeys } from '../../../src/server/control/traffic-routes.ts'
import { tableAddress } from '../../app/addresses.ts'
import { partitionReadUnitsMax, partitionWriteUnitsMax } from '../../limits.ts'
import { keyParts, wholeKeyText } from '../../values/attribute-value.ts'
import { count, minute, percent } from '../../values/shown-numbers.ts'

interface HotKeyListProps {
  readonly table: string
  readonly index: string
  readonly keys: HotKeys
}

export function HotKeyList({ table, index, keys: { fromMs, toMs, reads, writes } }: HotKeyListProps) {
  return (
    <section aria-label="Hot keys">
      <h2>Hot keys</h2>
      <p class="soft">
        From {minute(fromMs)} to {minute(toMs)}: keys with a hundredth of all or more.
      </p>
      <div class="columns">
        <KeysOf title="Reads" keys={reads.keys} limit={partitionReadUnitsMax} table={table} index={index} />
        <KeysOf title="Writes" keys={writes.keys} limit={partitionWriteUnitsMax} table={table} index={index} />
      </div>
    </section>
  )
}

interface KeysOfProps {
  readonly title: string
  readonly keys: readonly HotKey[]
  /** What one partition serves in a second. */
  readonly limit: number
  readonly table: string
  readonly index: string
}

function KeysOf({ title, keys, limit, table, index }: KeysOfProps) {
  return (
    <div class="table-scroll">
      <table class="plain">
        <caption>{title}</caption>
        <thead>
          <tr>
            {['Key', 'Units', 'A second', 'Share', 'Of a partition', 'Refused'].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.map(({ key, hash, units, unitsPerSecond, share, refused }) => (
            <tr key={hash}>
              <td>
                {key === undefined ? (
                  <span class="soft" title="A key is named once it came to eight units within five minutes">
                    not named yet
                  </span>
                ) : (
                  <KeyLink keyValues={key} table={table} index={index} />
                )}
              </td>
              <td class="number">{count(units)}</td>
              <td class="number">{count(unitsPerSecond)}</td>
              <td class="number">{percent(share)}</td>
              <td class="number">
                <meter
                  min={0}
                  max={1}
                  value={Math.min(1, unitsPerSecond / limit)}
                  low={0.5}
                  high={0.8}
                  optimum={0}
                  title={percent(unitsPerSecond / limit)}
                />
              </td>
              <td class="number">{refused === 0 ? '' : count(refused)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length === 0 && <p class="soft">None.</p>}
    </div>
  )
}

function KeyLink({
  keyValues,
  table,
  index,
}: {
  readonly keyValues: NonNullable<HotKey['key']>
  readonly table: string
  readonly index: string
}) {
  const text = wholeKeyText(keyValues)
  const [first, ...others] = keyParts(keyValues)
  if (first === undefined || others.length > 0) return <bdi>{text}</bdi>
  return (
    <Link href={tableAddress(table, 'items', { ...(index !== '' && { index }), pk: first, run: '1' })}>
      <bdi>{text}</bdi>
    </Link>
  )
}
