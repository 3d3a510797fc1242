/** Point-in-time recovery: on or off, how long it keeps what was, and as which seconds the table can be restored. */
import { useSignal } from '@preact/signals'
import { recoveryDaysMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import type { Polled } from '../../server/polled.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Facts } from '../../widgets/facts.tsx'
import { Moment } from '../../widgets/moment.tsx'
import { Command, Failed } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { Choice } from '../tables/choice.tsx'
import { type RecoveryDescription, type RecoveryWindow, windowOf } from './recovery-window.ts'
import { RestoreForm } from './restore-form.tsx'

interface RecoveryProps {
  readonly table: string
  readonly recovery: Polled<RecoveryDescription>
  readonly onStarted: (name: string) => void
}

export function Recovery({ table, recovery, onStarted }: RecoveryProps) {
  const description = recovery.value
  const window = windowOf(description)
  return (
    <section class="card" aria-label="Point-in-time recovery">
      <h2>
        Point-in-time recovery{' '}
        {description !== undefined && <Badge tone={window === undefined ? 'plain' : 'good'}>{window === undefined ? 'off' : 'on'}</Badge>}
      </h2>
      {recovery.error !== undefined && <Failed error={recovery.error} again={recovery.again} />}
      {window !== undefined && (
        <Facts
          facts={[
            ['Kept for', counted(description?.RecoveryPeriodInDays ?? recoveryDaysMax, 'day')],
            ['Can be restored from', <Moment key="from" seconds={window.earliest} />],
            ['To', <Moment key="to" seconds={window.latest} />],
          ]}
        />
      )}
      {description !== undefined && window === undefined && (
        <p class="soft">
          While it is on, the table can be restored as it was at the end of each second of the last days, and exported. See
          docs/time-travel.md.
        </p>
      )}
      {mayChange && description !== undefined && (
        <RecoveryForm key={description.RecoveryPeriodInDays} table={table} description={description} again={recovery.again} />
      )}
      {mayChange && window !== undefined && <ToSecond table={table} window={window} onStarted={onStarted} />}
    </section>
  )
}

interface RecoveryFormProps {
  readonly table: string
  readonly description: RecoveryDescription
  readonly again: () => void
}

function RecoveryForm({ table, description: { PointInTimeRecoveryStatus, RecoveryPeriodInDays }, again }: RecoveryFormProps) {
  const days = useSignal(RecoveryPeriodInDays ?? recoveryDaysMax)
  const error = useSignal<unknown>(undefined)
  const isOn = PointInTimeRecoveryStatus === 'ENABLED'
  const input = inputOf(table, { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days.value })
  const update = async (wanted: object): Promise<void> => {
    try {
      error.value = undefined
      await call('UpdateContinuousBackups', wanted)
    } catch (failed) {
      error.value = failed
    }
    again()
  }
  const set = async (event: Event): Promise<void> => {
    event.preventDefault()
    const isShorter = isOn && days.value < (RecoveryPeriodInDays ?? recoveryDaysMax)
    if (!isShorter || confirm(`Keep it for ${counted(days.value, 'day')}? What is older is gone at once, and for good.`))
      await update(input)
  }
  const switchOff = async (): Promise<void> => {
    if (confirm('Switch recovery off? What the table was cannot be restored then, also when it is switched on again.'))
      await update(inputOf(table, { PointInTimeRecoveryEnabled: false }))
  }
  return (
    <form class="form" onSubmit={set}>
      <Choice label={isOn ? 'Change it' : 'Switch it on'}>
        <label class="pill">
          <span>days that are kept</span>
          <input
            class="is-short"
            type="number"
            min={1}
            max={recoveryDaysMax}
            required
            value={days.value}
            onInput={(event) => (days.value = Number(event.currentTarget.value))}
          />
        </label>
        <button type="submit" class="button" disabled={isOn && days.value === RecoveryPeriodInDays}>
          {isOn ? 'Keep it so long' : 'Switch recovery on'}
        </button>
        {isOn && (
          <button type="button" class="button is-danger" onClick={switchOff}>
            Switch recovery off
          </button>
        )}
      </Choice>
      <Command text={codeOf('CLI', 'UpdateContinuousBackups', input)} />
      {error.value !== undefined && <Failed error={error.value} />}
    </form>
  )
}

function inputOf(TableName: string, PointInTimeRecoverySpecification: object): object {
  return { TableName, PointInTimeRecoverySpecification }
}

interface ToSecondProps {
  readonly table: string
  readonly window: RecoveryWindow
  readonly onStarted: (name: string) => void
}

function ToSecond({ table, window, onStarted }: ToSecondProps) {
  const isOpen = useSignal(false)
  const close = (): void => {
    isOpen.value = false
  }
  return (
    <>
      <p>
        <button type="button" class="button" onClick={() => (isOpen.value = true)}>
          Restore to a second …
        </button>
      </p>
      {isOpen.value && (
        <Dialog title={`Restore ${table} to a new table`} onClose={close} isSide>
          <RestoreForm
            source={{ kind: 'table', name: table, window }}
            onStarted={(name) => {
              close()
              onStarted(name)
            }}
          />
        </Dialog>
      )}
    </>
  )
}
