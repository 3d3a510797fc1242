/** A field for statements that knows the names of tables and the words of the language: a list under it, Tab takes the first, Control and Enter runs. */
import type { Signal } from '@preact/signals'
import { useRef } from 'preact/hooks'

const words = [
  'SELECT',
  'FROM',
  'WHERE',
  'INSERT INTO',
  'VALUE',
  'UPDATE',
  'SET',
  'REMOVE',
  'DELETE FROM',
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'begins_with(',
  'contains(',
  'attribute_type(',
  'size(',
  'IS MISSING',
  'IS NOT MISSING',
  'ORDER BY',
  'RETURNING ALL OLD *',
]
const shownMax = 8

interface CompletionsProps {
  readonly text: Signal<string>
  /** Tables and indexes, as statements write them. */
  readonly names: readonly string[]
  readonly onRun: () => void
}

export function Completions({ text, names, onRun }: CompletionsProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const begun = /["\w.#-]+$/.exec(text.value)?.[0] ?? ''
  const plain = begun.replaceAll('"', '').toLowerCase()
  const fits = (each: string): boolean => each.replaceAll('"', '').toLowerCase().startsWith(plain) && each !== begun
  const offered = plain === '' ? [] : [...names, ...words].filter(fits).slice(0, shownMax)
  const take = (each: string): void => {
    text.value = `${text.value.slice(0, text.value.length - begun.length)}${each}${each.endsWith('(') ? '' : ' '}`
    field.current?.focus()
  }
  return (
    <div class="statement">
      <textarea
        ref={field}
        aria-label="Statement"
        rows={4}
        spellcheck={false}
        placeholder={`SELECT * FROM ${names[0] ?? '"Orders"'} WHERE pk = 'CUST#1'`}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onRun()
          const [first] = offered
          if (event.key !== 'Tab' || event.shiftKey || first === undefined) return
          event.preventDefault()
          take(first)
        }}
      />
      <div class="chips" role="group" aria-label="Completions">
        {offered.map((each) => (
          <button key={each} type="button" class="chip" onClick={() => take(each)}>
            {each}
          </button>
        ))}
      </div>
    </div>
  )
}
