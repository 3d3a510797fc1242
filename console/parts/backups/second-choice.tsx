/** A second of the window of recovery: the newest that there is, or one that is typed. */
import { utc } from '../../values/shown-numbers.ts'
import { localText, type RecoveryWindow, secondsOf } from './recovery-window.ts'

interface SecondChoiceProps {
  readonly label: string
  /** What stands for none chosen, such as `now`. */
  readonly newest: string
  readonly window: RecoveryWindow
  /** As the field has it; empty: the newest. */
  readonly local: string
  readonly onChange: (local: string) => void
}

export function SecondChoice({ label, newest, window, local, onChange }: SecondChoiceProps) {
  const isChosen = local !== ''
  const seconds = secondsOf(local)
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      <label class="pill">
        <input type="radio" name={label} checked={!isChosen} onChange={() => onChange('')} /> {newest}
      </label>
      <label class="pill">
        <input type="radio" name={label} checked={isChosen} onChange={() => onChange(localText(window.latest))} /> the end of a second
      </label>
      {isChosen && (
        <label class="field">
          <span>The second, in your zone</span>
          <input
            type="datetime-local"
            step={1}
            required
            min={localText(window.earliest)}
            max={localText(window.latest)}
            value={local}
            onInput={(event) => onChange(event.currentTarget.value || local)}
          />
          <span>{seconds === undefined ? '' : utc(seconds * 1000)}</span>
        </label>
      )}
    </fieldset>
  )
}
