/** What the tables would cost on AWS in a month, from what was used: as they are set, and in each way of paying; per index; with a slider for more load. */
import { useSignal } from '@preact/signals'
import { Link, useSearchParams } from 'wouter-preact'
import type { CostEstimate } from '../../../src/services/cost/estimate-cost.ts'
import type { TableCost } from '../../../src/services/cost/table-cost.ts'
import { tableAddress } from '../../app/addresses.ts'
import { slowPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { bytes, count, counted, dollars } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { modeNames, scaled, type WayOfPaying, waysOfPaying } from './ways-of-paying.ts'

export function CostPage() {
  const [search, setSearch] = useSearchParams()
  const hours = search.get('hours') ?? undefined
  const factor = useSignal(0)
  const cost = usePolled(`cost of all ${hours ?? ''}`, slowPollMs, (signal) => control<CostEstimate>('GET', 'cost', { hours }, signal))
  const load = 10 ** factor.value
  return (
    <>
      <header class="view-head">
        <h1>Cost</h1>
        <label class="pill">
          <span>from what was used in the last</span>
          <select
            value={hours ?? ''}
            onChange={(event) => setSearch(event.currentTarget.value === '' ? {} : { hours: event.currentTarget.value })}
          >
            <option value="">whole time</option>
            {['1', '6', '24', '168'].map((each) => (
              <option key={each} value={each}>
                {counted(Number(each), 'hour')}
              </option>
            ))}
          </select>
        </label>
        <label class="pill">
          <span>load ×</span>
          <input
            type="range"
            min={-1}
            max={3}
            step={0.1}
            value={factor.value}
            aria-valuetext={`${count(load)} times`}
            onInput={(event) => {
              factor.value = Number(event.currentTarget.value)
            }}
          />
          <output>{count(load)}</output>
        </label>
      </header>
      <div class="scrolled">
        {cost.error !== undefined && <Failed error={cost.error} again={cost.again} />}
        {cost.value === undefined && cost.error === undefined && <Waiting what="Estimating" />}
        {cost.value?.tables.length === 0 && (
          <Empty title="There are no tables">
            <p>
              What a table would cost is told once there is one that is used: <Link href="/?make=table">make one</Link>, or let your program
              make it.
            </p>
          </Empty>
        )}
        {cost.value !== undefined && cost.value.tables.length > 0 && <Estimate cost={cost.value} load={load} />}
      </div>
    </>
  )
}

function Estimate({ cost, load }: { readonly cost: CostEstimate; readonly load: number }) {
  const all = cost.tables.reduce((sum, table) => sum + scaled(table, load).asSet, 0)
  return (
    <>
      <p class="big">
        {dollars(all)} <span class="soft">a month as they are set, from {counted(cost.window.minutes, 'minute')} of use</span>
      </p>
      <div class="table-scroll">
        <table class="plain">
          <thead>
            <tr>
              <th>Table</th>
              <th class="number">As set</th>
              {waysOfPaying.map((way) => (
                <th key={way.name} class="number">
                  {way.name}
                </th>
              ))}
              <th class="number">Refused as set</th>
            </tr>
          </thead>
          <tbody>
            {dearestFirst(cost.tables, load).map((table) => (
              <TableLine key={`${table.region} ${table.name}`} table={table} load={load} />
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>What this rests on</summary>
        <ul class="plain-list">
          <li>
            {cost.prices.source} ({cost.prices.date}); {count(cost.hoursPerMonth)} hours a month.
          </li>
          <li>With more load, throughput grows with it; storage stays as it is.</li>
          {cost.assumptions.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </>
  )
}

function dearestFirst(tables: readonly TableCost[], load: number): readonly TableCost[] {
  return tables.toSorted((one, other) => scaled(other, load).asSet - scaled(one, load).asSet)
}

function TableLine({ table, load }: { readonly table: TableCost; readonly load: number }) {
  const amounts = scaled(table, load)
  const least = Math.min(...waysOfPaying.map(({ name }) => amounts.ways[name] ?? Number.POSITIVE_INFINITY))
  const isLeast = (name: WayOfPaying['name']): boolean => amounts.ways[name] === least && least > 0
  const indexes = table.lines.length - 1
  const storage = table.lines.reduce((sum, { storageGb }) => sum + storageGb, 0)
  return (
    <tr>
      <td>
        <Link href={tableAddress(table.name, 'patterns')}>
          <bdi>{table.name}</bdi>
        </Link>{' '}
        <span class="soft">
          {modeNames[table.billingMode]}, {bytes(storage * 1024 ** 3)}
          {indexes === 0 ? '' : `, ${indexes === 1 ? '1 index' : `${indexes} indexes`}`}
        </span>
      </td>
      <td class="number">
        <strong>{dollars(amounts.asSet)}</strong>
      </td>
      {waysOfPaying.map(({ name }) => (
        <td key={name} class="number">
          {dollars(amounts.ways[name] ?? 0)} {isLeast(name) && <Badge tone="good">least</Badge>}
        </td>
      ))}
      <td class="number">{table.refusedAsSet === 0 ? '' : <Badge tone="bad">{counted(table.refusedAsSet, 'minute')}</Badge>}</td>
    </tr>
  )
}
