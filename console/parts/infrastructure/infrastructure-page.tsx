/** Tables from infrastructure code: files dropped on the page, what they would make of the server’s tables, and a button that makes it. */
import { Check, FolderOpen } from 'lucide-preact'
import type { ServerInfo } from '../../../src/server/control/routes.ts'
import { mayChange } from '../../server/keys.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Command, Failed, Waiting } from '../../widgets/told.tsx'
import { chosenIn, type Dropped, droppedIn } from './dropped-files.ts'
import { Plan } from './plan.tsx'
import { optionsIn, shellWord } from './told-options.ts'
import { type Applying, type Settings, useApplied } from './use-applied.ts'

export function InfrastructurePage({ info }: { readonly info: ServerInfo }) {
  const applying = useApplied(info)
  const { dropped, told, isBusy } = applying
  return (
    <>
      <header class="view-head">
        <h1>Infrastructure code</h1>
      </header>
      <div class="scrolled">
        <Files applying={applying} />
        {dropped.value !== undefined && <Options applying={applying} />}
        {isBusy.value && (
          <Waiting what={told.value?.isDryRun === false ? 'Making the tables' : 'Reading, and comparing with what is there'} />
        )}
        {!isBusy.value && told.value?.error !== undefined && <Failed error={told.value.error} />}
        {!isBusy.value && told.value?.done !== undefined && <Plan done={told.value.done} isDryRun={told.value.isDryRun} />}
        {dropped.value !== undefined && told.value?.done !== undefined && <Make applying={applying} />}
        {dropped.value !== undefined && (
          <section class="card">
            <h2>The same on the command line</h2>
            <Command text={commandOf(dropped.value, applying.settings.value)} />
          </section>
        )}
      </div>
    </>
  )
}

function Files({ applying: { take, dropped } }: { readonly applying: Applying }) {
  return (
    <section
      class="card drop"
      aria-label="Files"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        if (event.dataTransfer !== null) void take(droppedIn(event.dataTransfer))
      }}
    >
      <label class="field">
        <span>
          Drop files or folders on the page, or choose files: CloudFormation, SAM, CDK (cdk.out), Terraform (terraform show -json),
          serverless.yml, Pulumi, Architect, NoSQL Workbench, CreateTable as JSON
        </span>
        <input
          type="file"
          multiple
          onChange={(event) => {
            const { files } = event.currentTarget
            if (files !== null && files.length > 0) void take(chosenIn(files))
          }}
        />
      </label>
      <p class="soft">
        They are read in this page and compared with the tables that are there: nothing is made until you say so, no program among them is
        run, and nothing but calls of DynamoDB leaves the page.
      </p>
      {dropped.value !== undefined && (
        <p role="status">
          <FolderOpen size={15} aria-hidden="true" /> <bdi>{dropped.value.path === '.' ? 'what was dropped' : dropped.value.path}</bdi>,{' '}
          {counted(dropped.value.files.length, 'file')}
        </p>
      )}
    </section>
  )
}

const replacing = {
  none: 'leave them alone',
  drop: 'make them anew and empty',
  copy: 'make them anew with their items',
} as const
const putting = { new: 'into tables that are made now', always: 'always', never: 'never' } as const

function Options({ applying: { settings, change } }: { readonly applying: Applying }) {
  const { text, replace, data, isPruned } = settings.value
  return (
    <section class="card" aria-label="Options">
      <h2>Besides the files</h2>
      <div class="field-row">
        <label class="field">
          <span>Tables with another key</span>
          <select value={replace} onChange={(event) => void change({ replace: event.currentTarget.value as Settings['replace'] })}>
            {Object.entries(replacing).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Items that files bring are put</span>
          <select value={data} onChange={(event) => void change({ data: event.currentTarget.value as Settings['data'] })}>
            {Object.entries(putting).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="field">
        <span>
          Options as stator apply takes them, one a line: --parameter Stage=dev, --stack shop, --stage dev, --import-value, --resolve,
          --name
        </span>
        <textarea
          rows={2}
          spellcheck={false}
          value={text}
          onInput={(event) => {
            // Whatever is shown meanwhile, nothing that is typed is lost.
            settings.value = { ...settings.value, text: event.currentTarget.value }
          }}
          onChange={() => void change({})}
        />
      </label>
      <label class="pill">
        <input
          type="checkbox"
          checked={isPruned}
          disabled={!hasStack(text)}
          onChange={(event) => void change({ isPruned: event.currentTarget.checked })}
        />
        <span>Remove tables of this stack that no file has any more (--stack says which)</span>
      </label>
    </section>
  )
}

function hasStack(text: string): boolean {
  return /^\s*--stack[ =]\S/m.test(text)
}

function Make({ applying: { told, isBusy, run } }: { readonly applying: Applying }) {
  const { done, isDryRun } = told.value ?? {}
  if (done === undefined || isDryRun !== true) return null
  const count = done.outcomes.filter(({ kind }) => ['created', 'changed', 'replaced'].includes(kind)).length
  const removed = done.pruned.filter(({ kind }) => kind === 'removed').length
  const isGrave = removed > 0 || done.outcomes.some(({ kind, details }) => kind === 'replaced' || details.some(drops))
  if (!mayChange) return <p class="soft">This console only shows: the command below makes it, or a server started with --console full.</p>
  const make = (): void => {
    if (isGrave && !confirm('Tables or indexes are dropped for this. Do it?')) return
    void run({ isDryRun: false })
  }
  return (
    <p class="choices">
      <button type="button" class="button is-main" disabled={isBusy.value || count + removed === 0} onClick={make}>
        <Check size={15} aria-hidden="true" /> {count + removed === 0 ? 'Nothing to do' : `Do it: ${counted(count + removed, 'table')}`}
      </button>
    </p>
  )
}

/** As the report says that an index goes. */
function drops(detail: string): boolean {
  return detail.endsWith(' removed')
}

function commandOf({ path }: Dropped, { text, replace, data, isPruned }: Settings): string {
  const words = ['stator', 'apply', path, ...wordsIn(text)]
  if (replace !== 'none') words.push('--replace', replace)
  if (data !== 'new') words.push('--data', data)
  if (isPruned && hasStack(text)) words.push('--prune')
  return [...words, '--endpoint', location.origin].map(shellWord).join(' ')
}

function wordsIn(text: string): readonly string[] {
  try {
    return optionsIn(text).words
  } catch {
    return []
  }
}
