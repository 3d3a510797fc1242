/** In and out: a file dropped on the page becomes items of the table, and the items of the table a file. */
import { useSignal } from '@preact/signals'
import { Download, Upload } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { exportedItemsMax, shownFaultsMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import type { TableDescription } from '../../server/tables.ts'
import type { Item } from '../../values/attribute-value.ts'
import { count, counted } from '../../values/shown-numbers.ts'
import { Command, Failed } from '../../widgets/told.tsx'
import { putItems } from './put-items.ts'
import { type ReadItems, readItems } from './read-items.ts'
import { type FileForm, forms, saveItems } from './save-items.ts'

export function FilesPage({ table }: { readonly table: TableDescription }) {
  return (
    <div class="scrolled">
      {mayChange && <In table={table} />}
      <Out table={table} />
      <section class="card">
        <h2>On the command line</h2>
        <p class="soft">For files of any size, compressed ones, buckets, samples and anonymised copies.</p>
        <Command
          text={`stator import items.jsonl ${table.TableName} --endpoint ${location.origin}\nstator export ${table.TableName} items.jsonl.gz --endpoint ${location.origin}`}
        />
      </section>
    </div>
  )
}

function In({ table }: { readonly table: TableDescription }) {
  const read = useSignal<(ReadItems & { readonly name: string }) | undefined>(undefined)
  const done = useSignal<number | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const gone = useRef(new AbortController())
  useEffect(() => () => gone.current.abort(), [])
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    done.value = undefined
    error.value = undefined
    read.value = { name: file.name, ...readItems(file.name, await file.text(), table) }
  }
  const put = async (items: readonly Item[]): Promise<void> => {
    try {
      done.value = 0
      await putItems(
        table.TableName,
        items,
        (so) => {
          done.value = so
        },
        gone.current.signal,
      )
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <section
      class="card drop"
      aria-label="Items from a file"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void take(event.dataTransfer?.files[0])
      }}
    >
      <h2>In</h2>
      <label class="field">
        <span>Drop a file here, or choose one: JSON lines, a list of JSON (DynamoDB’s or plain), or CSV</span>
        <input type="file" accept=".json,.jsonl,.ndjson,.csv,.txt" onChange={(event) => take(event.currentTarget.files?.[0])} />
      </label>
      {read.value !== undefined && <Found read={read.value} onPut={put} />}
      {done.value !== undefined && read.value !== undefined && (
        <p role="status">
          <progress max={read.value.items.length} value={done.value} aria-label="Items put" /> {count(done.value)} of{' '}
          {counted(read.value.items.length, 'item')} put.
        </p>
      )}
      {error.value !== undefined && <Failed error={error.value} />}
    </section>
  )
}

interface FoundProps {
  readonly read: ReadItems & { readonly name: string }
  readonly onPut: (items: readonly Item[]) => void
}

function Found({ read: { name, items, faults }, onPut }: FoundProps) {
  return (
    <>
      <p>
        <bdi>{name}</bdi> has {counted(items.length, 'item')}
        {faults.length > 0 && `, and ${count(faults.length)} that are none`}. Items with the same key are replaced.
      </p>
      {faults.length > 0 && (
        <ul class="plain-list warn">
          {faults.slice(0, shownFaultsMax).map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
      <p>
        <button type="button" class="button is-main" disabled={items.length === 0} onClick={() => onPut(items)}>
          <Upload size={15} aria-hidden="true" /> Put {counted(items.length, 'item')}
        </button>
      </p>
    </>
  )
}

function Out({ table: { TableName, ItemCount } }: { readonly table: TableDescription }) {
  const form = useSignal<FileForm>('DynamoDB JSON')
  const readSoFar = useSignal<number | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const save = async (): Promise<void> => {
    try {
      error.value = undefined
      readSoFar.value = 0
      const items = await allItems(TableName, (so) => {
        readSoFar.value = so
      })
      saveItems(TableName, items, form.value)
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <section class="card" aria-label="Items to a file">
      <h2>Out</h2>
      <div class="choices">
        <label class="pill">
          <span>as</span>
          <select
            value={form.value}
            onChange={(event) => {
              form.value = event.currentTarget.value as FileForm
            }}
          >
            {forms.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <button type="button" class="button" onClick={save}>
          <Download size={15} aria-hidden="true" /> Save {counted(Math.min(ItemCount, exportedItemsMax), 'item')}
        </button>
      </div>
      {ItemCount > exportedItemsMax && (
        <p class="warn">The page saves {count(exportedItemsMax)} items at the most: use the command below for all of them.</p>
      )}
      {readSoFar.value !== undefined && <p role="status">{counted(readSoFar.value, 'item')} read.</p>}
      {error.value !== undefined && <Failed error={error.value} />}
    </section>
  )
}

async function allItems(TableName: string, onRead: (count: number) => void): Promise<readonly Item[]> {
  interface Page {
    readonly Items: readonly Item[]
    readonly LastEvaluatedKey?: Item
  }
  const items: Item[] = []
  let next: Item | undefined
  do {
    const page: Page = await call<Page>('Scan', { TableName, ...(next !== undefined && { ExclusiveStartKey: next }) })
    items.push(...page.Items)
    onRead(items.length)
    next = page.LastEvaluatedKey
  } while (next !== undefined && items.length < exportedItemsMax)
  return items.slice(0, exportedItemsMax)
}
