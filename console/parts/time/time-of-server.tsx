/** The clock by which tables expire items, trim streams and change state. */
import { useSignal } from '@preact/signals'
import type { ClockReading } from '../../../src/server/control/server-clock.ts'
import { clockPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { dayAndTime, utc } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Command, Failed } from '../../widgets/told.tsx'

const minuteMs = 60_000
const steps: readonly (readonly [words: string, byMs: number])[] = [
  ['a minute', minuteMs],
  ['an hour', 60 * minuteMs],
  ['a day', 24 * 60 * minuteMs],
  ['a week', 7 * 24 * 60 * minuteMs],
]

export function TimeOfServer() {
  const clock = usePolled('clock', clockPollMs, (signal) => control<ClockReading>('GET', 'clock', {}, signal))
  const error = useSignal<unknown>(undefined)
  const done = useSignal('')
  const change = async (method: 'POST' | 'PUT' | 'DELETE', path: string, members: object, line: string): Promise<void> => {
    try {
      error.value = undefined
      await control(method, path, { ...members })
      done.value = line
    } catch (failed) {
      error.value = failed
    }
    clock.again()
  }
  const { value } = clock
  const isFrozen = value?.frozen === true
  return (
    <section class="card" aria-label="The clock">
      <h2>The clock</h2>
      {clock.error !== undefined && <Failed error={clock.error} again={clock.again} />}
      {value !== undefined && (
        <p class="big" title={utc(value.nowMs)}>
          <time dateTime={value.now}>{dayAndTime(value.nowMs)}</time> {isFrozen && <Badge tone="accent">stands still</Badge>}
        </p>
      )}
      <p class="soft">
        Items expire, streams are trimmed, tables become ACTIVE by it. To move it forward is to have waited: what is due then is done.
      </p>
      {mayChange && (
        <>
          <div class="choices" role="group" aria-label="Let time pass">
            <span>Later by</span>
            {steps.map(([words, byMs]) => (
              <button
                key={words}
                type="button"
                class="button"
                onClick={() => change('POST', 'clock/advance', { byMs }, `await stator.control.advanceClock({ byMs: ${byMs} })`)}
              >
                {words}
              </button>
            ))}
          </div>
          <div class="choices">
            <button
              type="button"
              class="button"
              onClick={() => change('PUT', 'clock', { frozen: !isFrozen }, `await stator.control.setClock({ frozen: ${!isFrozen} })`)}
            >
              {isFrozen ? 'Let it go on' : 'Stop it'}
            </button>
            <button type="button" class="button" onClick={() => change('DELETE', 'clock', {}, 'await stator.control.resetClock()')}>
              The machine’s time again
            </button>
            <SetTo onSet={(now) => change('PUT', 'clock', { now }, `await stator.control.setClock({ now: '${now}' })`)} />
          </div>
        </>
      )}
      {error.value !== undefined && <Failed error={error.value} />}
      {done.value !== '' && (
        <>
          <p role="status">Done. The same in a test:</p>
          <Command text={done.value} />
        </>
      )}
    </section>
  )
}

function SetTo({ onSet }: { readonly onSet: (now: string) => void }) {
  const wanted = useSignal('')
  return (
    <form
      class="pill"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted.value !== '') onSet(new Date(wanted.value).toISOString())
      }}
    >
      <label>
        set to{' '}
        <input
          type="datetime-local"
          step={1}
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class="button" disabled={wanted.value === ''}>
        Set
      </button>
    </form>
  )
}
